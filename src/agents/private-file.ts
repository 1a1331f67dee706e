import { posix } from "node:path";
import { ProviderError } from "../core/errors.ts";
import type { Shell } from "../core/ports/shell.ts";
import { whyFailed } from "../shell/run-failure.ts";

// By way of a new file, so that a link or a mode that waits under the name takes no part.
const writeFile = `
umask 077
mkdir -p "$1" && rm -f "$1/$2.new" && cat >"$1/$2.new" && mv -f "$1/$2.new" "$1/$2"`;

/** Writes a file on the machine that only its owner reads, whole or not at all. */
export async function writePrivateFile(
  shell: Shell,
  { path, content }: { path: string; content: string },
  signal: AbortSignal,
): Promise<void> {
  const argv = ["sh", "-c", writeFile, "sh", posix.dirname(path), posix.basename(path)];
  const result = await shell.run(argv, { stdin: content, timeoutMs: 30_000, signal });
  if (result.exitCode === 0) return;
  throw new ProviderError(`Cannot write "${path}": its machine refuses`, {
    kind: "transient",
    cause: new Error(whyFailed(result)),
  });
}
