import { UserError } from "../core/errors.ts";
import { thopterCan } from "../core/thopter.ts";
import type { AgentState, Question, Thopter } from "../core/thopter.ts";
import { boundedText } from "./access.ts";
import type { FleetPorts } from "./ports.ts";

/** How long to wait before a machine that could not be watched is watched again, in milliseconds. */
const againMs = 5000;
const longestMessage = 2000;
const longestLimit = 300;
/** A limit that is told to last longer was told by nobody who knows. */
const longestLimitMs = 366 * 24 * 60 * 60_000;

/** Follows the agent of every ready thopter and records each change of its state. */
export type AgentWatch = {
  start(): Promise<void>;
  /** Does what ends an agent and starts it again, unwatched; then it is watched anew. `over` aborts when the thopter is no longer ready. */
  around<T>(thopter: Thopter, work: (over: AbortSignal) => Promise<T>): Promise<T>;
  stop(): Promise<void>;
};

export function createAgentWatch(
  ports: Pick<
    FleetPorts,
    "engine" | "store" | "clock" | "agents" | "sessions" | "redact" | "report"
  >,
): AgentWatch {
  const { engine, store, clock } = ports;
  const following = new Map<string, { controller: AbortController; ended: Promise<void> }>();
  /** Those that are not watched while something is done to them. */
  const held = new Map<string, AbortController>();
  let stopWatching: (() => void) | undefined;
  let stopped = false;

  function consider(thopter: Thopter): void {
    const followed = following.get(thopter.id);
    if (!thopterCan.tell(thopter)) {
      followed?.controller.abort();
      held.get(thopter.id)?.abort(noLongerReady(thopter));
    } else if (followed === undefined && !stopped && !held.has(thopter.id) && canFollow(thopter)) {
      begin(thopter);
    }
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

  function reconsider({ id, name }: Pick<Thopter, "id" | "name">): void {
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
          if (controller.signal.aborted) return;
          // What could not be recorded is told once more by a new look.
          record(thopter, state).catch((error: unknown) => lost.abort(error));
        },
        signal,
      ),
    );
    lost.signal.throwIfAborted();
  }

  async function record({ id }: Thopter, said: AgentState): Promise<void> {
    const clean = withoutSecrets(said);
    await engine.amend(id, (thopter) => {
      // Its session went later, with what it could tell of an end that is known.
      if (clean.status === "gone" && hasEnded(thopter.agentState)) return undefined;
      const agentState = { ...lastWordsOf(thopter, clean), ...clean };
      return isNews(thopter, agentState) ? { agentState } : undefined;
    });
  }

  function withoutSecrets(state: AgentState): AgentState {
    const { question, limit, lastMessage, resetsAt = 0 } = state;
    const clean = { ...state };
    if (resetsAt > clock.now() + longestLimitMs) delete clean.resetsAt;
    if (lastMessage !== undefined) {
      clean.lastMessage = boundedText(ports, lastMessage, { maxLength: longestMessage }).text;
    }
    if (limit !== undefined) {
      clean.limit = boundedText(ports, limit, { maxLength: longestLimit, keep: "start" }).text;
    }
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
    async around({ id, name }, work) {
      const controller = new AbortController();
      held.set(id, controller);
      following.get(id)?.controller.abort();
      try {
        return await work(controller.signal);
      } finally {
        held.delete(id);
        reconsider({ id, name });
      }
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

/** An end says nothing: what the agent said before it are its last words. */
function lastWordsOf(
  { agentState: known }: Thopter,
  said: AgentState,
): Pick<AgentState, "lastMessage"> {
  const isOver = said.status === "gone" || hasEnded(said);
  return isOver && known?.lastMessage !== undefined ? { lastMessage: known.lastMessage } : {};
}

function hasEnded(state: AgentState | undefined): boolean {
  return state?.status === "done" || state?.status === "crashed";
}

function noLongerReady({ name, status }: Thopter): UserError {
  return new UserError(`Cannot go on with "${name}": it is ${status} now.`, { code: "conflict" });
}

function isNews(thopter: Thopter, state: AgentState): boolean {
  const known = thopter.agentState;
  return (
    thopter.status === "ready" &&
    (known?.status !== state.status ||
      known.limit !== state.limit ||
      known.resetsAt !== state.resetsAt ||
      known.lastMessage !== state.lastMessage ||
      known.question?.hash !== state.question?.hash ||
      known.question?.text !== state.question?.text)
  );
}
