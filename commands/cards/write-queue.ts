import type { Clock } from "../../src/core/ports/clock.ts";

/** What is written first: approvals and finishes, then steps, then App Home. */
export const ranks = ["urgent", "step", "home"] as const;
export type Rank = (typeof ranks)[number];

export type Next = { key: string; rank: Rank } | { waitMs: number } | undefined;

/** Keys that wait to be written: each once, by rank, and within a rank who has waited longest. */
export type WriteQueue = {
  /** One that waits already keeps its place, or moves up to a higher rank. */
  add(key: string, rank: Rank): void;
  remove(key: string): void;
  /** Keeps a key from being next for a while. */
  space(key: string, ms: number): void;
  /** The next key whose time has come, or how long until there is one; it stays in the queue. */
  next(look: Look): Next;
};

export type Look = {
  isBusy(key: string): boolean;
  /** Whether nobody has seen anything of it yet: such go before what is only brought up to date. */
  isNew(key: string): boolean;
  /** How long until it may be written. */
  waitMs(key: string, rank: Rank): number;
};

export function createWriteQueue(clock: Clock): WriteQueue {
  const queues: Record<Rank, Set<string>> = { urgent: new Set(), step: new Set(), home: new Set() };
  const notBefore = new Map<string, number>();

  return {
    add(key, rank) {
      const known = ranks.find((one) => queues[one].has(key));
      if (known !== undefined && ranks.indexOf(known) <= ranks.indexOf(rank)) return;
      if (known !== undefined) queues[known].delete(key);
      queues[rank].add(key);
    },
    remove(key) {
      for (const rank of ranks) queues[rank].delete(key);
    },
    space(key, ms) {
      const now = clock.now();
      if (notBefore.size > 500) {
        for (const [one, at] of notBefore) if (at <= now) notBefore.delete(one);
      }
      notBefore.set(key, now + ms);
    },
    next(look) {
      const now = clock.now();
      let waitMs = Infinity;
      let known: { key: string; rank: Rank } | undefined;
      for (const rank of ranks) {
        for (const key of queues[rank]) {
          if (look.isBusy(key)) continue;
          const keyWaitMs = Math.max((notBefore.get(key) ?? 0) - now, look.waitMs(key, rank));
          if (keyWaitMs > 0) waitMs = Math.min(waitMs, keyWaitMs);
          else if (look.isNew(key)) return { key, rank };
          else known ??= { key, rank };
        }
      }
      return known ?? (waitMs === Infinity ? undefined : { waitMs });
    },
  };
}
