import type { AgentState } from "../core/thopter.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Tmux, TmuxStatus } from "../shell/tmux.ts";
import { pause } from "./pause.ts";
import { isQuestion, withoutReport, type Standing } from "./reports.ts";
import type { Spool } from "./spool.ts";

export type StateReader = {
  tmux: Tmux;
  spool: Spool;
  clock: Clock;
  idleAfterMs: number;
  /** What an agent does that has written nothing for that long. */
  look(pid: number, signal: AbortSignal): Promise<Look>;
};

export type Look = Pick<AgentState, "limit"> & {
  status: "idle" | "working" | "waiting" | "limited";
  /** Whether its terminal shows that no question is open, whatever was reported. */
  asksNothing?: boolean;
};

/** What the terminal shows and, while the agent works, after how long it may be idle. */
type Shown = { shown: AgentState; asksNothing?: boolean; lookAgainMs?: number };

/** The state, and what it was made of. */
export type Reading = Shown & { state: AgentState; standing: Standing };

const exitCodeTries = 5;
const exitCodePauseMs = 200;

/** Asks the machine what the agent does: what its terminal shows, and what it reported. */
export async function readState(reader: StateReader, signal: AbortSignal): Promise<Reading> {
  const seen = await readTerminal(reader, signal);
  // An end cannot be forged, nor talked away.
  const said = hasEnded(seen.shown) ? nothingReported : await reader.spool.read(signal);
  const isClosed = seen.asksNothing === true && isQuestion(said.report);
  const { answers } = said;
  const standing = isClosed ? { ...withoutReport(said), answers } : said;
  return { ...seen, state: merge(seen.shown, standing), standing };
}

export const nothingReported: Standing = { answers: new Map() };

/** What is reported holds over what the terminal shows. */
export function merge(shown: AgentState, { report, lastMessage }: Standing): AgentState {
  const last = lastMessage === undefined ? {} : { lastMessage };
  // Whether it works by itself, its terminal knows better.
  if (report === undefined || report.status === "working") return { ...shown, ...last };
  return { ...report, since: shown.since, ...last };
}

/** Whether nothing runs that could be told anything; a reported "done" is no end. */
export function hasEnded({ status }: AgentState): boolean {
  return status === "done" || status === "crashed" || status === "gone";
}

/** `since` is as near as tmux can tell. */
async function readTerminal(reader: StateReader, signal: AbortSignal): Promise<Shown> {
  const status = await statusWithExitCode(reader, signal);
  const now = reader.clock.now();
  if (!status.alive) return { shown: { status: "gone", since: now } };
  const quietSince = now - status.quietMs;
  if (status.paneDead) {
    const endedAgoMs = status.machineNow - (status.endedAt ?? status.activityAt);
    return { shown: endedState(status, now - endedAgoMs) };
  }
  if (status.starting) return { shown: { status: "starting", since: quietSince } };
  if (status.quietMs < reader.idleAfterMs) {
    const shown: AgentState = { status: "working", since: quietSince };
    return { shown, lookAgainMs: reader.idleAfterMs - status.quietMs };
  }
  const { asksNothing, ...found } = await reader.look(status.pid, signal);
  const shown: AgentState = { ...found, since: quietSince };
  return { shown, ...(asksNothing !== undefined && { asksNothing }) };
}

function endedState(status: { exitCode?: number }, since: number): AgentState {
  if (status.exitCode === 0) return { status: "done", since, exitCode: 0 };
  // tmux before 3.3 does not tell which signal ended a program.
  if (status.exitCode === undefined) return { status: "crashed", since };
  return { status: "crashed", since, exitCode: status.exitCode };
}

// The terminal closes a moment before tmux learns how its program ended.
async function statusWithExitCode(reader: StateReader, signal: AbortSignal): Promise<TmuxStatus> {
  for (let tries = 1; ; tries += 1) {
    const status = await reader.tmux.status(signal);
    const known = !status.alive || !status.paneDead || status.exitCode !== undefined;
    if (known || tries === exitCodeTries) return status;
    await pause(reader.clock, exitCodePauseMs, signal);
  }
}
