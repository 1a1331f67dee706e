import type { Clock } from "../../src/core/ports/clock.ts";

/** What a call answers with, or what `late` does when it takes longer than `ms`. The call itself goes on. */
export async function within<T, L>(
  clock: Pick<Clock, "after">,
  call: Promise<T>,
  { ms, late }: { ms: number; late: () => L },
): Promise<T | L> {
  let cancel = (): void => undefined;
  const time = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  try {
    return await Promise.race([call, time.then(late)]);
  } finally {
    cancel();
  }
}

/** Waits, but no longer than until the signal aborts. */
export function pause(clock: Pick<Clock, "after">, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const cancel = clock.after(ms, finish);
    function finish(): void {
      cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    }
    signal.addEventListener("abort", finish);
  });
}
