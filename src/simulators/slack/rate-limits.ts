import type { Clock } from "../../core/ports/clock.ts";

/** Slack's tiers, and the two that have rules of their own. */
export type Tier = 1 | 2 | 3 | 4 | "posting" | "ample";

type Bucket = { tokens: number; at: number };
type Rate = { perMinute: number; burst: number };

const rates: Readonly<Record<Tier, Rate>> = {
  // "1+ per minute, a small amount of burst": a client that reconnects at once is let in.
  1: { perMinute: 1, burst: 10 },
  2: { perMinute: 20, burst: 20 },
  3: { perMinute: 50, burst: 50 },
  4: { perMinute: 100, burst: 100 },
  // One message a second in each channel, a short burst allowed.
  posting: { perMinute: 60, burst: 3 },
  ample: { perMinute: 600, burst: 600 },
};

export type RateLimits = {
  /** Undefined where the call may pass; else the whole seconds until the next one may. */
  refusal(tier: Tier, key: string): number | undefined;
};

export function createRateLimits(clock: Clock): RateLimits {
  const buckets = new Map<string, Bucket>();
  return {
    refusal(tier, key) {
      const { perMinute, burst } = rates[tier];
      const now = clock.now();
      const last = buckets.get(key) ?? { tokens: burst, at: now };
      const tokens = Math.min(burst, last.tokens + ((now - last.at) / 60_000) * perMinute);
      const passes = tokens >= 1;
      buckets.set(key, { tokens: passes ? tokens - 1 : tokens, at: now });
      return passes ? undefined : Math.ceil(((1 - tokens) / perMinute) * 60);
    },
  };
}
