import { ProviderError } from "../core/errors.ts";
import type { EngineOptions } from "./options.ts";

/**
 * How long to wait before the next attempt: exponential with full jitter, never shorter than what
 * the provider asked for. `random` is in [0, 1).
 */
export function backoffMs(
  error: unknown,
  attempts: number,
  { backoff, random }: { backoff: EngineOptions["backoff"]; random: () => number },
): number {
  const ceiling = Math.min(backoff.longestMs, backoff.firstMs * 2 ** (attempts - 1));
  const askedFor = error instanceof ProviderError ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(askedFor, Math.round(random() * ceiling));
}
