import type { Clock } from "../../src/core/ports/clock.ts";

/** Remembers for a time what came before. */
export type Seen = {
  /** "full" when too much came to remember one more. */
  add(key: string): "new" | "again" | "full";
};

export function createSeen(
  clock: Pick<Clock, "now">,
  { forMs, max }: { forMs: number; max: number },
): Seen {
  // In the order in which they came, so that the first is the first to be forgotten.
  const until = new Map<string, number>();

  function forget(now: number): void {
    for (const [key, end] of until) {
      if (end > now) return;
      until.delete(key);
    }
  }

  return {
    add(key) {
      const now = clock.now();
      forget(now);
      if (until.has(key)) return "again";
      if (until.size >= max) return "full";
      until.set(key, now + forMs);
      return "new";
    },
  };
}
