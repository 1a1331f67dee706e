import { ProviderError, UserError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import { reasonOf } from "./words.ts";

export const setupScriptPath = ".thopter/setup";

const mostBytes = 64 * 1024;

const command = [
  ...["git", "--no-pager", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"],
  ...["-c", "core.commitGraph=false"],
];

const env = {
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
};

/**
 * The setup script as the base commit has it: a plain file of at most 64 KB, never what a working
 * tree or a link says. Throws UserError for anything else of that name.
 */
export async function readSetupScript(
  session: Pick<AgentSession, "shell" | "repositoryPath">,
  baseCommit: string,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const read = gitReader(session, signal);
  const tree = await read(["ls-tree", "-lz", baseCommit, "--", setupScriptPath]);
  const entry = new TextDecoder().decode(tree);
  if (entry === "") return undefined;
  const [, mode, kind, id, size] = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t/.exec(entry) ?? [];
  if (kind !== "blob" || id === undefined || !/^100\d{3}$/.test(mode ?? "")) {
    throw refused("it is no plain file", "Make it one");
  }
  if (!(Number(size) <= mostBytes)) throw refused("it is larger than 64 KB", "Shorten it");
  return read(["cat-file", "blob", id]);
}

function gitReader(
  { shell, repositoryPath }: Parameters<typeof readSetupScript>[0],
  signal: AbortSignal,
) {
  return async (args: readonly string[]): Promise<Uint8Array> => {
    const result = await shell.run([...command, ...args], {
      cwd: repositoryPath,
      env,
      timeoutMs: 60_000,
      maxOutputBytes: 2 * mostBytes,
      signal,
    });
    if (result.exitCode === 0) return result.stdout;
    const words = reasonOf(new TextDecoder().decode(result.stderr));
    throw new ProviderError(`Cannot read the setup script: ${words}`, { kind: "permanent" });
  };
}

function refused(reason: string, mending: string): UserError {
  return new UserError(
    `Cannot use the setup script "${setupScriptPath}": ${reason}. ${mending} on the base branch, then provision again.`,
  );
}
