import { ProviderError } from "../core/errors.ts";
import type { Shell } from "../core/ports/shell.ts";
import type { Rescue, Thopter } from "../core/thopter.ts";
import type { StepPorts } from "./ports.ts";
import { cloneOf } from "./session.ts";
import { reasonOf } from "./words.ts";

type Ports = Pick<StepPorts, "clock" | "git" | "sessions" | "rescueDirectory" | "sealFile">;

/** Brings all of a thopter's own work here as a bundle that is on disk and intact; undefined when there is none. */
export async function saveBundle(
  ports: Ports,
  { thopter, rescueId }: { thopter: Thopter; rescueId: string },
  signal: AbortSignal,
): Promise<Rescue | undefined> {
  return ports.sessions.use(thopter, signal, async (session) => {
    const { shell } = session;
    const made = await ports.git.bundle(cloneOf(session, thopter), signal);
    if (made.bundlePath === undefined) return undefined;
    const digest = await digestThere(shell, made.bundlePath, signal);
    const directory = ports.rescueDirectory(rescueId);
    await shell.get(made.bundlePath, directory, { timeoutMs: 20 * 60_000, signal });
    const bundlePath = `${directory}/${made.bundlePath.split("/").at(-1) ?? ""}`;
    if ((await ports.sealFile(bundlePath)) !== digest) {
      throw new ProviderError(`Cannot keep "${bundlePath}": it arrived damaged`, {
        kind: "transient",
      });
    }
    const { commits, uncommittedFiles } = made;
    return { id: rescueId, bundlePath, commits, uncommittedFiles, savedAt: ports.clock.now() };
  });
}

const digest = `if command -v sha256sum > /dev/null; then sha256sum < "$1"; else shasum -a 256 < "$1"; fi`;

async function digestThere(shell: Shell, path: string, signal: AbortSignal): Promise<string> {
  const argv = ["sh", "-c", digest, "sh", path];
  const result = await shell.run(argv, { timeoutMs: 10 * 60_000, signal });
  const [hex = ""] = new TextDecoder().decode(result.stdout).split(" ");
  if (result.exitCode === 0 && /^[0-9a-f]{64}$/.test(hex)) return hex;
  const words = reasonOf(new TextDecoder().decode(result.stderr));
  throw new ProviderError(`Cannot read the digest of "${path}": ${words}`, { kind: "permanent" });
}
