import { startMessagesApi } from "../agents/messages-api.ts";
import type { MessagesApi } from "../agents/messages-api.ts";
import { startHub } from "../hub/hub-kit.ts";
import type { TestHub } from "../hub/hub-kit.ts";
import { apiKey } from "./claude-thopter.ts";
import { claudeProgram } from "./install-claude.ts";

/** A hub whose thopters run Claude Code, with a stand-in for its model that does as it is told. */
export async function startClaudeHub(
  env: Record<string, string> = {},
): Promise<{ hub: TestHub; api: MessagesApi }> {
  const api = await startMessagesApi();
  const hub = await startHub({
    env: {
      THOPTER_AGENT: "claude",
      THOPTER_CLAUDE_PROGRAM: claudeProgram,
      ANTHROPIC_API_KEY: apiKey,
      ANTHROPIC_BASE_URL: api.url,
      ...env,
    },
    secrets: [apiKey],
  });
  return { hub, api };
}
