import { UserError } from "../core/errors.ts";

const shortestTtlMs = 60_000;
export const longestTtlMs = 30 * 24 * 60 * 60_000;

/** Checks how long a thopter may live. Throws UserError. */
export function checkTtl(ttlMs: number): number {
  if (ttlMs >= shortestTtlMs && ttlMs <= longestTtlMs) return ttlMs;
  throw new UserError("Cannot use that time to live: it is between one minute and 30 days.");
}
