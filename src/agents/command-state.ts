import type { AgentState } from "../core/thopter.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Tmux, TmuxStatus } from "../shell/tmux.ts";
import { pause } from "./pause.ts";

export type StateReader = {
  tmux: Tmux;
  clock: Clock;
  idleAfterMs: number;
};

/** A state and, while the agent works, after how long it may be idle. */
export type Reading = { state: AgentState; lookAgainMs?: number };

const exitCodeTries = 5;
const exitCodePauseMs = 200;

/** Asks tmux what the agent does. `since` is as near as tmux can tell. */
export async function readState(reader: StateReader, signal: AbortSignal): Promise<Reading> {
  const status = await statusWithExitCode(reader, signal);
  const now = reader.clock.now();
  if (!status.alive) return { state: { status: "gone", since: now } };
  const quietSince = now - status.quietMs;
  if (status.paneDead) {
    const endedAgoMs = status.machineNow - (status.endedAt ?? status.activityAt);
    return { state: endedState(status, now - endedAgoMs) };
  }
  if (status.starting) return { state: { status: "starting", since: quietSince } };
  if (status.quietMs < reader.idleAfterMs) {
    const state: AgentState = { status: "working", since: quietSince };
    return { state, lookAgainMs: reader.idleAfterMs - status.quietMs };
  }
  const atRest = await reader.tmux.ownsTerminal(status.pid, signal);
  return { state: { status: atRest ? "idle" : "working", since: quietSince } };
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
