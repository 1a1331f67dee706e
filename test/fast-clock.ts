import type { Clock } from "../src/core/ports/clock.ts";

/** A clock that runs this many times faster than the machine's, for parts whose waits are real ones. */
export function createFastClock(times: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * times,
    after(ms, run) {
      const timer = setTimeout(run, ms / times);
      return () => clearTimeout(timer);
    },
  };
}
