import { createCodexAgent, type CodexAgentOptions } from "../../src/agents/codex.ts";
import { systemClock } from "../agents/command-session.ts";
import { startResponsesApi, type ResponsesApi } from "../agents/responses-api.ts";
import { openThopter, type AgentThopter } from "./agent-thopter.ts";
import { codexPackage, codexProgram } from "./install-codex.ts";

export const apiKey = "sk-of-no-use-anywhere-0123456789abcdef";

export type CodexThopter = AgentThopter<ResponsesApi>;

type Wish = Partial<CodexAgentOptions> & { files?: string };

/** A contained machine with a clone, real Codex, and a stand-in for its model. */
export async function openCodexThopter(wish: Wish = {}): Promise<CodexThopter> {
  const { files, login = { OPENAI_API_KEY: apiKey }, ...options } = wish;
  const api = await startResponsesApi();
  const agent = createCodexAgent({
    programs: [codexProgram],
    login: { ...login, OPENAI_BASE_URL: api.url },
    permissions: "danger-full-access",
    clock: systemClock,
    idleAfterMs: 1500,
    ...options,
  });
  return openThopter({ agent, api, expose: codexPackage, files });
}
