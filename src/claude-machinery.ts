import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { join } from "node:path";
import { createClaudeAgent } from "./agents/claude.ts";
import { readEnvironment, type Config } from "./config.ts";
import { UserError } from "./core/errors.ts";
import type { Agent } from "./core/ports/agent.ts";
import type { Clock } from "./core/ports/clock.ts";

/** Where this machine has Claude Code, links resolved; undefined where it has none. */
export async function findClaude(
  config: Pick<Config, "THOPTER_CLAUDE_PROGRAM">,
): Promise<string | undefined> {
  const named = config.THOPTER_CLAUDE_PROGRAM;
  const path = readEnvironment()["PATH"] ?? "";
  const directories = path.split(":").filter((part) => part.startsWith("/"));
  const candidates = named === undefined ? directories.map((one) => join(one, "claude")) : [named];
  for (const candidate of candidates) {
    const found = await access(candidate, constants.X_OK).then(
      () => realpath(candidate),
      () => undefined,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Throws UserError where new thopters would need Claude Code of this machine, and it has none. */
export function refuseWithoutClaude(config: Config, program: string | undefined): void {
  if (program !== undefined || config.THOPTER_AGENT !== "claude") return;
  // Elsewhere each machine brings its own.
  if (config.THOPTER_PROVIDER !== "local") return;
  throw new UserError(`Cannot start with THOPTER_AGENT=claude: ${noClaude(config)}.`);
}

/** Why there is no Claude Code, and how to get one. */
export function noClaude({
  THOPTER_CLAUDE_PROGRAM: named,
}: Pick<Config, "THOPTER_CLAUDE_PROGRAM">): string {
  const place =
    named === undefined ? "this machine has no program claude" : `"${named}" cannot run`;
  return `${place}. Install it with "npm install --global @anthropic-ai/claude-code", or set THOPTER_CLAUDE_PROGRAM to its path`;
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
