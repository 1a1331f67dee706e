import { createClaudeAgent } from "../agents/claude.ts";
import type { Config } from "../config.ts";
import type { Agent } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import { placesOf, runnableAt, type ProgramSettings } from "./agent-programs.ts";

/** Where this machine has Claude Code, links resolved; undefined where it has none. */
export async function findClaude(config: ProgramSettings): Promise<string | undefined> {
  for (const place of placesOf("claude", config)) {
    const found = await runnableAt(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The agent `claude` of a configuration; also where new thopters get another one. */
export function createConfiguredClaude(
  config: Config,
  parts: { program: string | undefined; contained: boolean; clock: Clock; idleAfterMs: number },
): Agent {
  const { program, contained, clock, idleAfterMs } = parts;
  const usual = contained ? "bypassPermissions" : "acceptEdits";
  return createClaudeAgent({
    programs: [...(program === undefined ? [] : [program]), "claude"],
    login: {
      ANTHROPIC_API_KEY: config.ANTHROPIC_API_KEY,
      CLAUDE_CODE_OAUTH_TOKEN: config.CLAUDE_CODE_OAUTH_TOKEN,
      ANTHROPIC_BASE_URL: config.ANTHROPIC_BASE_URL,
    },
    permissions: config.THOPTER_CLAUDE_PERMISSIONS ?? usual,
    ...{ contained, clock, idleAfterMs },
  });
}
