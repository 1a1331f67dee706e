import { ProviderError } from "../core/errors.ts";
import type { Shell } from "../core/ports/shell.ts";
import { reasonOf } from "./words.ts";

export type RemoteFile = { path: string; content: string | Uint8Array; mode: "644" | "700" };

const write = `set -eu
umask 077
mkdir -p -- "$(dirname -- "$1")"
cat > "$1.new"
chmod "$2" "$1.new"
mv -f -- "$1.new" "$1"`;

/** Writes a whole file on a machine, or leaves what was there. */
export async function writeRemoteFile(
  shell: Shell,
  { path, content, mode }: RemoteFile,
  signal: AbortSignal,
): Promise<void> {
  const argv = ["sh", "-c", write, "sh", path, mode];
  const result = await shell.run(argv, { stdin: content, timeoutMs: 30_000, signal });
  if (result.exitCode === 0) return;
  const words = reasonOf(new TextDecoder().decode(result.stderr));
  throw new ProviderError(`Cannot write "${path}": ${words}`, { kind: "permanent" });
}
