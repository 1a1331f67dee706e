import { expect, onTestFinished, vi } from "vitest";
import { createCodexAgent, type CodexAgentOptions } from "../../src/agents/codex.ts";
import type { Agent, AgentSession, LaunchRequest } from "../../src/core/ports/agent.ts";
import type { AgentState, Question } from "../../src/core/thopter.ts";
import { systemClock } from "../agents/command-session.ts";
import { startResponsesApi, type ResponsesApi } from "../agents/responses-api.ts";
import {
  localHarness,
  makeMachine,
  realIsolation,
  signal,
} from "../providers/local/local-harness.ts";
import { codexPackage, codexProgram } from "./install-codex.ts";

export const soon = { timeout: 30_000, interval: 200 };
export const apiKey = "sk-of-no-use-anywhere-0123456789abcdef";

export type CodexThopter = {
  agent: Agent;
  api: ResponsesApi;
  session: AgentSession;
  /** Runs a command in the clone, and answers with what it printed. */
  run(command: string): Promise<string>;
  state(): Promise<AgentState>;
  status(): Promise<string>;
  screen(): Promise<string>;
  tell(text: string, extra?: { raw?: boolean; interrupt?: boolean }): Promise<void>;
  question(): Promise<Question>;
  launch(task: string): Promise<void>;
  /** What the model was told, in order. */
  said(): string[];
  /** Follows it until the test ends. */
  follow(): AgentState[];
};

type Wish = Partial<CodexAgentOptions> & { files?: string };

/** A contained machine with a clone, real Codex, and a stand-in for its model. */
export async function openCodexThopter(wish: Wish = {}): Promise<CodexThopter> {
  const { files = "true", login = { OPENAI_API_KEY: apiKey }, ...options } = wish;
  const api = await startResponsesApi();
  const { provider } = localHarness(await realIsolation(), {
    visibility: { expose: [codexPackage] },
  });
  const machine = await makeMachine(provider);
  const shell = await provider.shell(machine.id, signal);
  const places = provider.places(machine.id);
  const repositoryPath = `${places.home}/notes`;
  const session: AgentSession = { shell, places, repositoryPath };
  const agent = createCodexAgent({
    programs: [codexProgram],
    login: { ...login, OPENAI_BASE_URL: api.url },
    permissions: "danger-full-access",
    clock: systemClock,
    idleAfterMs: 1500,
    ...options,
  });

  async function run(command: string): Promise<string> {
    const limits = { timeoutMs: 20_000, cwd: repositoryPath };
    const { stdout, stderr } = await shell.run(["sh", "-c", command], limits);
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  }

  const made: CodexThopter = {
    ...{ agent, api, session, run },
    state: () => agent.state(session, signal),
    status: async () => (await agent.state(session, signal)).status,
    screen: () => agent.screen(session, { history: true }, signal),
    tell: (text, extra = {}) =>
      agent.tell(session, { text, raw: false, interrupt: false, ...extra }, signal),
    question: () =>
      vi.waitFor(async () => {
        const { question, status } = await agent.state(session, signal);
        if (question === undefined) throw new Error(`It is ${status} and asks nothing`);
        return question;
      }, soon),
    async launch(task) {
      const taskFile = `${places.home}/task.md`;
      const request: LaunchRequest = { task, taskFile, env: { THOPTER_NAME: "swift-heron" } };
      await agent.launch(session, request, signal);
      await agent.verify(session, signal);
    },
    said: () => api.requests.map(({ said }) => said),
    follow() {
      const states: AgentState[] = [];
      const controller = new AbortController();
      const ended = agent.follow(session, (state) => states.push(state), controller.signal);
      onTestFinished(async () => {
        controller.abort();
        await ended;
      });
      return states;
    },
  };
  await shell.run(["mkdir", "-p", repositoryPath], { timeoutMs: 10_000 });
  expect(await run(`git init --quiet . && ${files}`)).toBe("");
  return made;
}

/** Waits until its agent has nothing to do. */
export async function idle(thopter: CodexThopter): Promise<void> {
  await expect.poll(thopter.status, soon).toBe("idle");
}
