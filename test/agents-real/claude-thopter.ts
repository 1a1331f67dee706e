import { expect, onTestFinished, vi } from "vitest";
import { createClaudeAgent, type ClaudeAgentOptions } from "../../src/agents/claude.ts";
import type {
  Agent,
  AgentSession,
  LaunchRequest,
  TranscriptPage,
  TranscriptRequest,
} from "../../src/core/ports/agent.ts";
import type { AgentState, Question } from "../../src/core/thopter.ts";
import { systemClock } from "../agents/command-session.ts";
import { startMessagesApi, type MessagesApi } from "../agents/messages-api.ts";
import {
  localHarness,
  makeMachine,
  realIsolation,
  signal,
} from "../providers/local/local-harness.ts";
import { claudeProgram } from "./install-claude.ts";

export const soon = { timeout: 30_000, interval: 200 };
export const apiKey = "sk-ant-api03-of-no-use-anywhere-0123456789abcdef";

/** A text as a message of its own, as a request holds it. */
export function message(text: string): RegExp {
  return new RegExp(`"text":"${text}(?:\\\\n)?"`);
}

export type ClaudeThopter = {
  agent: Agent;
  api: MessagesApi;
  session: AgentSession;
  /** Runs a command in the clone, and answers with what it printed. */
  run(command: string): Promise<string>;
  state(): Promise<AgentState>;
  status(): Promise<string>;
  screen(): Promise<string>;
  tell(text: string, extra?: { raw?: boolean; interrupt?: boolean }): Promise<void>;
  question(): Promise<Question>;
  launch(task: string): Promise<void>;
  restart(task: string): Promise<void>;
  transcript(request?: Partial<TranscriptRequest>): Promise<TranscriptPage>;
  /** What the model was told, in order. */
  said(): string[];
  /** Follows it until the test ends. */
  follow(): AgentState[];
};

type Wish = Partial<ClaudeAgentOptions> & { files?: string };

/** A contained machine with a clone, real Claude Code, and a stand-in for its model. */
export async function openClaudeThopter(wish: Wish = {}): Promise<ClaudeThopter> {
  const { files = "true", login = { ANTHROPIC_API_KEY: apiKey }, ...options } = wish;
  const api = await startMessagesApi();
  const { provider } = localHarness(await realIsolation(), {
    visibility: { expose: [claudeProgram] },
  });
  const machine = await makeMachine(provider);
  const shell = await provider.shell(machine.id, signal);
  const places = provider.places(machine.id);
  const repositoryPath = `${places.home}/notes`;
  const session: AgentSession = { shell, places, repositoryPath };
  const agent = createClaudeAgent({
    programs: [claudeProgram],
    login: { ...login, ANTHROPIC_BASE_URL: api.url },
    permissions: "bypassPermissions",
    contained: true,
    clock: systemClock,
    idleAfterMs: 1500,
    ...options,
  });

  async function run(command: string): Promise<string> {
    const limits = { timeoutMs: 20_000, cwd: repositoryPath };
    const { stdout, stderr } = await shell.run(["sh", "-c", command], limits);
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  }

  function requestOf(task: string): LaunchRequest {
    return { task, taskFile: `${places.home}/task.md`, env: { THOPTER_NAME: "swift-heron" } };
  }

  const made: ClaudeThopter = {
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
      await agent.launch(session, requestOf(task), signal);
      await agent.verify(session, signal);
    },
    async restart(task) {
      await agent.restart(session, requestOf(task), signal);
      await agent.verify(session, signal);
    },
    transcript: (request = {}) =>
      agent.transcript(session, { maxBytes: 50_000, ...request }, signal),
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
export async function idle(thopter: ClaudeThopter): Promise<void> {
  await expect.poll(thopter.status, soon).toBe("idle");
}
