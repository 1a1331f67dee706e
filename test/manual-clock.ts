import type { Clock } from "../src/core/ports/clock.ts";

/** A clock that stands still until a test moves it. */
export type ManualClock = Clock & {
  /** Moves time on, running what falls due in order, and lets what it woke go on in between. */
  advance(ms: number): Promise<void>;
};

type Timer = { at: number; run: () => void };

export function createManualClock(start = 1_700_000_000_000): ManualClock {
  const timers = new Set<Timer>();
  let now = start;

  function earliest(until: number): Timer | undefined {
    return [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0];
  }

  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      for (let timer = earliest(until); timer !== undefined; timer = earliest(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.run();
        await settle();
      }
      now = until;
      await settle();
    },
  };
}

/** Lets everything that needs no time go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
