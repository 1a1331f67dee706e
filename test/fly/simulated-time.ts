import { onTestFinished, vi } from "vitest";
import { settle } from "../manual-clock.ts";

const longestMs = 24 * 60 * 60_000;

/** From here on the running test's time stands still, time limits of libraries included, unless it is let pass. */
export function stopTime(): void {
  const toFake = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] as const;
  vi.useFakeTimers({ toFake: [...toFake], now: 1_800_000_000_000 });
  onTestFinished(() => void vi.useRealTimers());
}

/** Lets time pass, from one timer to the next, until the work has ended. */
export async function until<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const end = (): void => void (isDone = true);
  work.then(end, end);
  const latest = Date.now() + longestMs;
  for (;;) {
    await settle();
    if (isDone) return work;
    if (vi.getTimerCount() === 0) throw new Error("Nothing is going to happen any more");
    if (Date.now() > latest) throw new Error("It takes longer than a day");
    vi.advanceTimersToNextTimer();
  }
}

/** Lets this much time pass. */
export async function pass(ms: number): Promise<void> {
  await until(new Promise<void>((resolve) => setTimeout(resolve, ms)));
}
