import { ProviderError } from "../core/errors.ts";
import type { AgentState } from "../core/thopter.ts";
import type { PaneState } from "../shell/tmux-pane.ts";
import {
  merge,
  nothingReported,
  readState,
  type Reading,
  type StateReader,
} from "./command-state.ts";
import { pause } from "./pause.ts";
import type { Standing } from "./reports.ts";

const mostFailures = 5;
const firstBackoffMs = 250;
/** A link that held this long was a good one: what comes after is a new trouble. */
const goodLinkMs = 60_000;

/**
 * Reports the state now and each change of it, until the session is gone or the signal aborts. A
 * link that drops is made again, with growing pauses; when that fails five times in a row, throws
 * ProviderError.
 */
export async function followState(
  reader: StateReader,
  onState: (state: AgentState) => void,
  signal: AbortSignal,
): Promise<void> {
  const report = createReporter(onState);
  let failures = 0;
  while (!signal.aborted) {
    const begunAt = reader.clock.now();
    const end = await watch(reader, report, signal);
    if (end.gone || signal.aborted) return;
    failures = reader.clock.now() - begunAt >= goodLinkMs ? 1 : failures + 1;
    if (failures > mostFailures) throw lost(end.cause);
    await pause(reader.clock, firstBackoffMs * 2 ** (failures - 1), signal).catch(
      ifAborted(signal),
    );
  }
}

type End = { gone: boolean; cause?: unknown };

/** Follows over one link, until it drops or the session is gone. */
async function watch(
  reader: StateReader,
  report: (state: AgentState) => void,
  signal: AbortSignal,
): Promise<End> {
  const stop = new AbortController();
  const link = createLink(reader, AbortSignal.any([signal, stop.signal]));
  let cancelTimer = () => {};
  let standing = nothingReported;
  try {
    for (;;) {
      const notice = await link.next();
      cancelTimer();
      const reading = await answerTo(notice, { reader, standing }, signal);
      const { state, lookAgainMs } = reading;
      standing = reading.standing;
      report(state);
      if (state.status === "gone") return { gone: true };
      if (notice === "dropped") return { gone: false, cause: link.cause() };
      if (lookAgainMs !== undefined) cancelTimer = reader.clock.after(lookAgainMs, link.look);
    }
  } catch (error) {
    // What the machine did not answer may be asked again; everything else is a bug.
    if (!(error instanceof ProviderError)) throw error;
    return { gone: false, cause: error };
  } finally {
    cancelTimer();
    stop.abort();
    await link.ended;
  }
}

async function answerTo(
  notice: Notice,
  { reader, standing }: { reader: StateReader; standing: Standing },
  signal: AbortSignal,
): Promise<Reading> {
  if (notice !== "working") return readState(reader, signal);
  // What it wrote says enough: nobody asks tmux while an agent works.
  const shown: AgentState = { status: "working", since: reader.clock.now() };
  const state = merge(shown, standing);
  return { state, shown, standing, lookAgainMs: reader.idleAfterMs };
}

type Notice = "look" | "working" | "dropped";

/** Turns what tmux and the spool tell into notices, of which only the weightiest waits. */
function createLink({ tmux, spool }: StateReader, signal: AbortSignal) {
  const weight: Record<Notice, number> = { working: 0, look: 1, dropped: 2 };
  let waiting: Notice | undefined = "look";
  let wake = () => {};
  let last: PaneState | undefined;
  let cause: unknown;

  function notify(notice: Notice): void {
    if (waiting === undefined || weight[notice] > weight[waiting]) waiting = notice;
    wake();
  }

  function hear(state: PaneState): void {
    const quiet = last === undefined || state.paneDead || state.starting;
    last = state;
    notify(quiet ? "look" : "working");
  }

  const whole = new AbortController();
  const linked = AbortSignal.any([signal, whole.signal]);

  /** The loss of one is the loss of both: they are made again together. */
  async function untilDropped(end: Promise<void>): Promise<void> {
    await end.catch((error: unknown) => {
      cause ??= error;
    });
    whole.abort();
    notify("dropped");
  }

  const ended = Promise.all([
    untilDropped(tmux.follow(hear, linked)),
    untilDropped(spool.follow(() => notify("look"), linked)),
  ]);

  return {
    ended,
    cause: () => cause,
    look: () => notify("look"),
    next: () =>
      new Promise<Notice>((resolve) => {
        wake = () => {
          if (waiting === undefined) return;
          resolve(waiting);
          waiting = undefined;
          wake = () => {};
        };
        wake();
      }),
  };
}

/** Passes on what differs from the last; no state begins before the one it follows. */
function createReporter(onState: (state: AgentState) => void): (state: AgentState) => void {
  let last: AgentState | undefined;
  return (state) => {
    const isSame =
      state.status === last?.status &&
      state.exitCode === last.exitCode &&
      state.limit === last.limit &&
      state.resetsAt === last.resetsAt &&
      state.lastMessage === last.lastMessage &&
      state.question?.hash === last.question?.hash;
    if (isSame) return;
    last = { ...state, since: Math.max(state.since, last?.since ?? 0) };
    onState(last);
  };
}

function ifAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error;
  };
}

function lost(cause: unknown): ProviderError {
  return new ProviderError("Cannot follow the agent: the link to its session drops each time", {
    kind: "transient",
    cause,
  });
}
