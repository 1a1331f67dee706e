import type { Clock } from "./core/ports/clock.ts";

/** The longest that one timer of Node takes, in milliseconds; longer waits are made of several. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. Its timers keep no process alive. */
export function createSystemClock(): Clock {
  function after(ms: number, run: () => void): () => void {
    let cancelRest: (() => void) | undefined;
    const timer = setTimeout(
      () => {
        if (ms > longestTimerMs) cancelRest = after(ms - longestTimerMs, run);
        else run();
      },
      Math.min(ms, longestTimerMs),
    );
    timer.unref();
    return () => {
      clearTimeout(timer);
      cancelRest?.();
    };
  }
  return { now: () => Date.now(), after };
}
