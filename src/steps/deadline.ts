import { ProviderError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";

/**
 * Runs work that may take this long. Work that does not let go when it is told to is left behind,
 * so that a part that hangs does not hold up the whole. Throws the signal's reason when it aborts.
 */
export async function withDeadline<T>(
  limit: { clock: Clock; timeoutMs: number; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, timeoutMs, signal } = limit;
  signal.throwIfAborted();
  const deadline = new AbortController();
  let cancel = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    cancel = clock.after(timeoutMs, () => {
      const seconds = Math.ceil(timeoutMs / 1000);
      const error = new ProviderError(`it took longer than ${seconds} s`, { kind: "transient" });
      deadline.abort(error);
      reject(error);
    });
  });
  try {
    return await Promise.race([work(AbortSignal.any([signal, deadline.signal])), late]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    cancel();
  }
}
