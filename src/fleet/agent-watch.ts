import type { AgentState, Question, Thopter } from "../core/thopter.ts";
import type { FleetPorts } from "./ports.ts";

/** How long to wait before a machine that could not be watched is watched again, in milliseconds. */
const againMs = 5000;

/** Follows the agent of every ready thopter and records each change of its state. */
export type AgentWatch = { start(): Promise<void>; stop(): Promise<void> };

export function createAgentWatch(
  ports: Pick<
    FleetPorts,
    "engine" | "store" | "clock" | "agents" | "sessions" | "redact" | "report"
  >,
): AgentWatch {
  const { engine, store, clock } = ports;
  const following = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  let stopWatching: (() => void) | undefined;
  let stopped = false;

  function consider(thopter: Thopter): void {
    const followed = following.get(thopter.id);
    if (thopter.status !== "ready") followed?.controller.abort();
    else if (followed === undefined && !stopped && canFollow(thopter)) begin(thopter);
  }

  function begin(thopter: Thopter): void {
    const controller = new AbortController();
    const ended = follow(thopter, controller)
      .catch((error: unknown) => {
        if (stopped || !isFollowed(thopter, controller)) return;
        ports.report(error, `watching the agent of ${thopter.name}`);
        clock.after(againMs, () => reconsider(thopter));
      })
      .finally(() => {
        following.delete(thopter.id);
        // A destroy that did not happen may have made it ready again in the meantime.
        if (controller.signal.aborted) reconsider(thopter);
      });
    following.set(thopter.id, { controller, ended });
  }

  function isFollowed(thopter: Thopter, controller: AbortController): boolean {
    return !controller.signal.aborted && following.get(thopter.id)?.controller === controller;
  }

  function reconsider({ id, name }: Thopter): void {
    if (stopped) return;
    engine
      .thopters()
      .then((thopters) => {
        const thopter = thopters.find((one) => one.id === id);
        if (thopter !== undefined) consider(thopter);
      })
      .catch((error: unknown) => ports.report(error, `watching the agent of ${name} again`));
  }

  async function follow(thopter: Thopter, controller: AbortController): Promise<void> {
    const agent = ports.agents[thopter.agent];
    if (agent === undefined) return;
    const lost = new AbortController();
    const signal = AbortSignal.any([controller.signal, lost.signal]);
    await ports.sessions.use(thopter, signal, (session) =>
      agent.follow(
        session,
        (state) => {
          // What could not be recorded is told once more by a new look.
          record(thopter, state).catch((error: unknown) => lost.abort(error));
        },
        signal,
      ),
    );
    lost.signal.throwIfAborted();
  }

  async function record({ id }: Thopter, said: AgentState): Promise<void> {
    const agentState = withoutSecrets(said);
    await engine.amend(id, (thopter) => (isNews(thopter, agentState) ? { agentState } : undefined));
  }

  function withoutSecrets(state: AgentState): AgentState {
    const { question, limit } = state;
    const clean = { ...state };
    if (limit !== undefined) clean.limit = ports.redact(limit);
    if (question !== undefined) clean.question = questionWithoutSecrets(question);
    return clean;
  }

  function questionWithoutSecrets({ text, choices, ...rest }: Question): Question {
    const clean: Question = { ...rest, text: ports.redact(text) };
    if (choices !== undefined) clean.choices = choices.map(ports.redact);
    return clean;
  }

  return {
    async start() {
      stopWatching = store.watch((writes) => {
        for (const { kind, record: changed } of writes) if (kind === "thopter") consider(changed);
      });
      for (const thopter of await engine.thopters()) consider(thopter);
    },
    async stop() {
      stopped = true;
      stopWatching?.();
      for (const { controller } of following.values()) controller.abort();
      await Promise.all([...following.values()].map(({ ended }) => ended));
    },
  };
}

function canFollow(thopter: Thopter): boolean {
  // An agent that is gone for good has nothing more to say.
  return thopter.machineId !== undefined && thopter.agentState?.status !== "gone";
}

function isNews(thopter: Thopter, state: AgentState): boolean {
  const known = thopter.agentState;
  return (
    thopter.status === "ready" &&
    (known?.status !== state.status ||
      known.limit !== state.limit ||
      known.question?.hash !== state.question?.hash ||
      known.question?.text !== state.question?.text)
  );
}
