import { UserError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";

export type SoughtProgram = {
  /** The agent's name. */
  agent: string;
  /** What its makers call it, and npm. */
  title: string;
  npmPackage: string;
  /** Paths, or names on the machine's PATH. */
  programs: readonly string[];
};

/** The first of the programs that a machine has. Throws UserError "unavailable" where it has none. */
export async function findProgram(
  { shell }: Pick<AgentSession, "shell">,
  { agent, title, npmPackage, programs }: SoughtProgram,
  signal: AbortSignal,
): Promise<string> {
  for (const program of programs) {
    // A login shell, as at the launch.
    const argv = ["sh", "-l", "-c", 'command -v "$1" >/dev/null', "sh", program];
    const { exitCode } = await shell.run(argv, { timeoutMs: 30_000, signal });
    if (exitCode === 0) return program;
  }
  throw new UserError(
    `Cannot launch the agent "${agent}": its machine has no ${title}. Install it there with "npm install --global ${npmPackage}"; on "local", start the hub again afterwards.`,
    { code: "unavailable" },
  );
}
