import type { Clock } from "../../core/ports/clock.ts";

type Bucket = { tokens: number; at: number };

/** Buckets per action and per machine or app: one request a second, three at once; ten reads of a machine. */
export type RateLimits = {
  /** Undefined where the request may pass; else the milliseconds until the next one may. */
  refusal(action: string, id: string): number | undefined;
};

export function createRateLimits(clock: Clock): RateLimits {
  const buckets = new Map<string, Bucket>();

  return {
    refusal(action, id) {
      const { perSecond, burst } =
        action === "machines.get" ? { perSecond: 5, burst: 10 } : { perSecond: 1, burst: 3 };
      const key = `${action} ${id}`;
      const now = clock.now();
      const last = buckets.get(key) ?? { tokens: burst, at: now };
      const tokens = Math.min(burst, last.tokens + ((now - last.at) / 1000) * perSecond);
      const passes = tokens >= 1;
      buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at: now });
      return passes ? undefined : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
  };
}
