import { asError } from "./as-error.ts";

export type Slots = {
  /** Waits for a slot and answers with what gives it back; rejects with the signal's reason. */
  take(signal: AbortSignal): Promise<() => void>;
};

/** Lets `count` in at once; the others wait, first come first served. */
export function createSlots(count: number): Slots {
  const waiting = new Set<() => void>();
  let free = count;

  function next(): void {
    const [admit] = waiting;
    if (free === 0 || admit === undefined) return;
    waiting.delete(admit);
    free -= 1;
    admit();
  }

  function giveBackOnce(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      free += 1;
      next();
    };
  }

  return {
    take: (signal) =>
      new Promise((resolve, reject) => {
        signal.throwIfAborted();
        const admit = () => {
          signal.removeEventListener("abort", refuse);
          resolve(giveBackOnce());
        };
        const refuse = () => {
          waiting.delete(admit);
          reject(asError(signal.reason));
        };
        signal.addEventListener("abort", refuse, { once: true });
        waiting.add(admit);
        next();
      }),
  };
}
