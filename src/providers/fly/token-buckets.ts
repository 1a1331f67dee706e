import type { Clock } from "../../core/ports/clock.ts";
import { pause } from "../../core/pause.ts";

/**
 * Fly allows one request a second per action and machine or app, three at once, and five a second to
 * get a machine, ten at once. One or two of those at once stay unused: requests that were sent apart
 * may arrive closer together.
 */
const limits = { usual: { perSecond: 1, burst: 2 }, get: { perSecond: 5, burst: 8 } };
/** Buckets that are full again are forgotten when there are more than this. */
const mostBuckets = 1000;

export type TokenBuckets = {
  /** Waits until a request may be sent; in the order of the calls. */
  take(action: string, id: string, signal: AbortSignal): Promise<void>;
  /** Fly refused one: the bucket is empty, and stays so for this long. */
  empty(action: string, id: string, ms: number): void;
};

/** The time from which a bucket would be full again says all about it. */
export function createTokenBuckets(clock: Clock): TokenBuckets {
  const fullAt = new Map<string, number>();
  const limitOf = (action: string) => (action === "machines.get" ? limits.get : limits.usual);

  function forget(now: number): void {
    if (fullAt.size <= mostBuckets) return;
    for (const [key, at] of fullAt) if (at <= now) fullAt.delete(key);
  }

  return {
    async take(action, id, signal) {
      signal.throwIfAborted();
      const key = `${action} ${id}`;
      const { perSecond, burst } = limitOf(action);
      const eachMs = 1000 / perSecond;
      const now = clock.now();
      forget(now);
      const full = Math.max(now, fullAt.get(key) ?? now) + eachMs;
      fullAt.set(key, full);
      const waitMs = full - burst * eachMs - now;
      if (waitMs <= 0) return;
      try {
        await pause(clock, waitMs, signal);
      } catch (error) {
        // Who stops waiting sends nothing: the next one may send earlier.
        const later = fullAt.get(key);
        if (later !== undefined) fullAt.set(key, later - eachMs);
        throw error;
      }
    },
    empty(action, id, ms) {
      const { perSecond, burst } = limitOf(action);
      const key = `${action} ${id}`;
      const emptyUntil = clock.now() + ms + ((burst - 1) * 1000) / perSecond;
      fullAt.set(key, Math.max(fullAt.get(key) ?? 0, emptyUntil));
    },
  };
}
