import { UserError } from "../core/errors.ts";
import { longestTtlMs, shortestTtlMs } from "../core/time-to-live.ts";

/** Checks how long a thopter may live. Throws UserError. */
export function checkTtl(ttlMs: number): number {
  if (ttlMs >= shortestTtlMs && ttlMs <= longestTtlMs) return ttlMs;
  throw new UserError("Cannot use that time to live: it is between one minute and 30 days.");
}
