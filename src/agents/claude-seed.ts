import { posix } from "node:path";
import { z } from "zod";
import { ProviderError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import { whyFailed } from "../shell/run-failure.ts";
import { writePrivateFile } from "./private-file.ts";

const object = z.record(z.string(), z.unknown());
const list = z.array(z.string());
const mostBytes = 4 * 1024 * 1024;

const readState = `
cd -- "$1" && pwd -P || exit 1
if [ -f "$2" ]; then head -c "$3" "$2"; fi`;

// Instructions of the clone, which are not read by themselves: its settings stay out as well.
const addInstructions = `
umask 077
mkdir -p "$1" || exit 1
grep -qxF -- "$3" "$1/$2" 2>/dev/null || printf '\\n%s\\n' "$3" >>"$1/$2"`;

/**
 * Writes down, beside what a home already holds, the answers to all that Claude Code asks at a first
 * start: onboarding, whether the clone is trusted, and whether the API key may be used; and at a
 * later one, how to go on.
 */
export async function seedClaude(
  session: AgentSession,
  { apiKey }: { apiKey: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  const { shell, places, repositoryPath } = session;
  const path = posix.join(places.home, ".claude.json");
  const argv = ["sh", "-c", readState, "sh", repositoryPath, path, String(mostBytes)];
  const answer = await run(session, argv, signal);
  const [directory = repositoryPath, ...rest] = answer.split("\n");
  const content = JSON.stringify(withAnswers(parse(rest.join("\n")), { directory, apiKey }));
  await writePrivateFile(shell, { path, content }, signal);
  const configDirectory = posix.join(places.home, ".claude");
  const line = `@${posix.join(directory, "CLAUDE.md")}`;
  const add = ["sh", "-c", addInstructions, "sh", configDirectory, "CLAUDE.md", line];
  await run(session, add, signal);
}

function withAnswers(
  state: Record<string, unknown>,
  { directory, apiKey }: { directory: string; apiKey: string | undefined },
): Record<string, unknown> {
  const projects = asObject(state["projects"]);
  const keys = asObject(state["customApiKeyResponses"]);
  const approved = list.safeParse(keys["approved"]).data ?? [];
  // A key is known by its last twenty characters.
  const tails = apiKey === undefined ? [] : [apiKey.slice(-20)];
  return {
    theme: "dark",
    ...state,
    hasCompletedOnboarding: true,
    // Else a long conversation asks, before it goes on, whether a summary would do.
    resumeReturnDismissed: true,
    customApiKeyResponses: {
      rejected: [],
      ...keys,
      approved: [...new Set([...approved, ...tails])],
    },
    projects: {
      ...projects,
      [directory]: { ...asObject(projects[directory]), hasTrustDialogAccepted: true },
    },
  };
}

function asObject(value: unknown): Record<string, unknown> {
  return object.safeParse(value).data ?? {};
}

function parse(text: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    // Nothing there, or nothing that Claude Code could read either.
    return {};
  }
}

async function run(
  { shell }: AgentSession,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const result = await shell.run(argv, { timeoutMs: 30_000, signal });
  if (result.exitCode === 0) return new TextDecoder().decode(result.stdout);
  throw new ProviderError(`Cannot prepare the home for Claude Code: ${whyFailed(result)}`, {
    kind: "transient",
  });
}
