import { expect, onTestFinished, vi } from "vitest";
import type {
  Agent,
  AgentSession,
  LaunchRequest,
  Restarted,
  TranscriptPage,
  TranscriptRequest,
} from "../../src/core/ports/agent.ts";
import type { AgentState, Question } from "../../src/core/thopter.ts";
import {
  localHarness,
  makeMachine,
  realIsolation,
  signal,
} from "../providers/local/local-harness.ts";

export const soon = { timeout: 30_000, interval: 200 };

/** A stand-in for an agent's model. */
type ModelApi = { requests: readonly { said: string }[] };

export type AgentThopter<Api extends ModelApi> = {
  agent: Agent;
  api: Api;
  session: AgentSession;
  /** Runs a command in the clone, and answers with what it printed. */
  run(command: string): Promise<string>;
  state(): Promise<AgentState>;
  status(): Promise<string>;
  screen(): Promise<string>;
  tell(text: string, extra?: { raw?: boolean; interrupt?: boolean }): Promise<void>;
  question(): Promise<Question>;
  launch(task: string): Promise<void>;
  restart(task: string, extra?: { fresh?: boolean }): Promise<Restarted>;
  transcript(request?: Partial<TranscriptRequest>): Promise<TranscriptPage>;
  /** What the model was told, in order. */
  said(): string[];
  /** Follows it until the test ends. */
  follow(): AgentState[];
};

export type AgentWish<Api extends ModelApi> = {
  agent: Agent;
  api: Api;
  /** What its machine sees of this one, so that the agent can run there. */
  expose: string;
  /** A command that fills its clone. */
  files: string | undefined;
};

/** A contained machine with a clone for a real agent. */
export async function openThopter<Api extends ModelApi>({
  agent,
  api,
  expose,
  files = "true",
}: AgentWish<Api>): Promise<AgentThopter<Api>> {
  const { provider } = localHarness(await realIsolation(), { visibility: { expose: [expose] } });
  const machine = await makeMachine(provider);
  const shell = await provider.shell(machine.id, signal);
  const places = provider.places(machine.id);
  const repositoryPath = `${places.home}/notes`;
  const session: AgentSession = { shell, places, repositoryPath };

  async function run(command: string): Promise<string> {
    const limits = { timeoutMs: 20_000, cwd: repositoryPath };
    const { stdout, stderr } = await shell.run(["sh", "-c", command], limits);
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  }

  function requestOf(task: string): LaunchRequest {
    return { task, taskFile: `${places.home}/task.md`, env: { THOPTER_NAME: "swift-heron" } };
  }

  const made: AgentThopter<Api> = {
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
    async restart(task, extra = {}) {
      const restarted = await agent.restart(session, { ...requestOf(task), ...extra }, signal);
      await agent.verify(session, signal);
      return restarted;
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
export async function idle(thopter: { status(): Promise<string> }): Promise<void> {
  await expect.poll(thopter.status, soon).toBe("idle");
}
