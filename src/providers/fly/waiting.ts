import type { Clock } from "../../core/ports/clock.ts";
import type { FlyApi } from "./api.ts";
import { FlyError, hasReason } from "./fly-error.ts";
import { pause } from "../../core/pause.ts";

/** Fly answers a long poll after at most a minute; a shorter one is lost less often on the way. */
const longestSliceSeconds = 30;
const pauseAfterFaultMs = 1000;

export type WaitFor = {
  machineId: string;
  states: readonly string[];
  instanceId?: string | undefined;
  /** In the end it throws. */
  limitMs: number;
};

/** Waits in slices until a machine is in one of the states, and answers with it; `gone` where it is no more. */
export async function waitForState(
  { api, clock }: { api: FlyApi; clock: Clock },
  { machineId, states, instanceId, limitMs }: WaitFor,
  signal: AbortSignal,
): Promise<string> {
  const until = clock.now() + limitMs;
  let last: unknown;
  for (;;) {
    const leftMs = until - clock.now();
    if (leftMs <= 0) throw tooLate(machineId, states, last);
    const seconds = Math.min(longestSliceSeconds, Math.max(1, Math.ceil(leftMs / 1000)));
    try {
      const reached = await api.wait(machineId, { states, instanceId, seconds }, signal);
      if (reached !== undefined) return reached;
    } catch (error) {
      if (hasReason(error, "not_found")) return "gone";
      if (!(error instanceof FlyError && error.isAmbiguous)) throw error;
      last = error;
      await pause(clock, Math.min(pauseAfterFaultMs, Math.max(1, until - clock.now())), signal);
    }
  }
}

function tooLate(machineId: string, states: readonly string[], cause: unknown): FlyError {
  const doing = `see machine "${machineId}" become ${states.join(" or ")}`;
  return new FlyError(doing, { reason: "timeout", cause });
}
