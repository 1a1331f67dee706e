import { posix } from "node:path";
import { ProviderError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import { whyFailed } from "../shell/run-failure.ts";

export type CodexHome = {
  /** The clone, links resolved. */
  directory: string;
  /** Whether the home brings a login along. */
  hasLogin: boolean;
  /** The conversation that was asked for, where it is kept and can be gone on with. */
  conversation?: string;
};

const lookAround = `
cd -- "$1" && pwd -P || exit 1
if [ -f "$2/auth.json" ]; then echo login; fi
if [ -n "$3" ]; then find "$2/sessions" -type f -name "rollout-*-$3.jsonl" 2>/dev/null | sed -n 's/.*/conversation/p;q'; fi`;

/** Reads what of a home says how Codex can be started; changes nothing there. */
export async function readCodexHome(
  { shell, places, repositoryPath }: AgentSession,
  { conversation }: { conversation: string | undefined },
  signal: AbortSignal,
): Promise<CodexHome> {
  const home = posix.join(places.home, ".codex");
  // It comes from a report, and goes where a pattern stands.
  const id = /^[0-9a-f-]{36}$/.exec(conversation ?? "")?.[0] ?? "";
  const argv = ["sh", "-c", lookAround, "sh", repositoryPath, home, id];
  const result = await shell.run(argv, { timeoutMs: 30_000, signal });
  if (result.exitCode !== 0) {
    throw new ProviderError(`Cannot prepare the home for Codex: ${whyFailed(result)}`, {
      kind: "transient",
    });
  }
  const lines = new TextDecoder().decode(result.stdout).split("\n");
  const [directory = repositoryPath, ...found] = lines;
  return {
    directory,
    hasLogin: found.includes("login"),
    ...(found.includes("conversation") && { conversation: id }),
  };
}
