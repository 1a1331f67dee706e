import type { Clock } from "../core/ports/clock.ts";

/** Resolves after `ms`; rejects with the signal's reason when it aborts before. */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  let letGo: () => void = () => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason as Error); // Whatever the caller aborted with.
      const cancel = clock.after(ms, resolve);
      signal.addEventListener("abort", abort);
      letGo = () => {
        cancel();
        signal.removeEventListener("abort", abort);
      };
    });
  } finally {
    letGo();
  }
}
