import type { Clock } from "../src/core/ports/clock.ts";

/** A clock that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Lets what is under way go on, then moves time on, running what falls due in order, and lets what it woke go on in between. */
  advance(ms: number): Promise<void>;
};

type Timer = { at: number; run: () => void };

/** `settled` lets what a timer woke go on; give one that waits for a disk where there is one. */
export function createManualClock(
  start = 1_700_000_000_000,
  settled: () => Promise<void> = settle,
): ManualClock {
  const timers = new Set<Timer>();
  let now = start;

  /** Of those due at the same time, the one that was set first. */
  function earliest(until: number): Timer | undefined {
    let found: Timer | undefined;
    for (const timer of timers) {
      if (timer.at <= until && (found === undefined || timer.at < found.at)) found = timer;
    }
    return found;
  }

  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      await settled();
      const until = now + ms;
      for (let timer = earliest(until); timer !== undefined; timer = earliest(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
        await settled();
      }
      now = until;
      await settled();
    },
  };
}

/** Lets everything that needs no time go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
