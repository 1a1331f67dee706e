import type { Clock } from "../core/ports/clock.ts";
import { asError } from "./as-error.ts";

/** Waits for `work`, but no longer than until the signal aborts: then rejects with its reason. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(asError(signal.reason));
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Waits for `work`, at most `ms`: then rejects. */
export async function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const late = new AbortController();
  const stopTimer = clock.after(ms, () => late.abort(new Error(`no answer within ${ms} ms`)));
  try {
    return await unlessAborted(late.signal, work);
  } finally {
    stopTimer();
  }
}
