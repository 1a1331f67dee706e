import type { Clock } from "../core/ports/clock.ts";

/** Counts what somebody tried in vain, for a time that begins with the first. */
export type Tries = {
  /** Whether they have tried too many. */
  isSpent(who: string): boolean;
  count(who: string): void;
};

export function createTries(
  clock: Pick<Clock, "now">,
  { most, withinMs }: { most: number; withinMs: number },
): Tries {
  const tries = new Map<string, { count: number; until: number }>();

  function forgetOld(): void {
    const now = clock.now();
    for (const [who, { until }] of tries) if (until <= now) tries.delete(who);
  }

  return {
    isSpent(who) {
      forgetOld();
      return (tries.get(who)?.count ?? 0) >= most;
    },
    count(who) {
      forgetOld();
      const known = tries.get(who) ?? { count: 0, until: clock.now() + withinMs };
      tries.set(who, { ...known, count: known.count + 1 });
    },
  };
}
