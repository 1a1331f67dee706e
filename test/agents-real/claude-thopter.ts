import { createClaudeAgent, type ClaudeAgentOptions } from "../../src/agents/claude.ts";
import { systemClock } from "../agents/command-session.ts";
import { startMessagesApi, type MessagesApi } from "../agents/messages-api.ts";
import { openThopter, type AgentThopter } from "./agent-thopter.ts";
import { claudeProgram } from "./install-claude.ts";

export const apiKey = "sk-ant-api03-of-no-use-anywhere-0123456789abcdef";

/** A text as a message of its own, as a request holds it. */
export function message(text: string): RegExp {
  return new RegExp(`"text":"${text}(?:\\\\n)?"`);
}

export type ClaudeThopter = AgentThopter<MessagesApi>;

type Wish = Partial<ClaudeAgentOptions> & { files?: string };

/** A contained machine with a clone, real Claude Code, and a stand-in for its model. */
export async function openClaudeThopter(wish: Wish = {}): Promise<ClaudeThopter> {
  const { files, login = { ANTHROPIC_API_KEY: apiKey }, ...options } = wish;
  const api = await startMessagesApi();
  const agent = createClaudeAgent({
    programs: [claudeProgram],
    login: { ...login, ANTHROPIC_BASE_URL: api.url },
    permissions: "bypassPermissions",
    contained: true,
    clock: systemClock,
    idleAfterMs: 1500,
    ...options,
  });
  return openThopter({ agent, api, expose: claudeProgram, files });
}
