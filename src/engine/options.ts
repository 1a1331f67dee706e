import type { ScheduleLimits } from "../core/lane-rules.ts";
import type { BreakerOptions } from "./breaker.ts";

export type EngineOptions = {
  limits: ScheduleLimits;
  /** How many provisions may be queued; more are refused. */
  maxQueueSize: number;
  /** A provision that has waited this long without starting fails; off when absent. Milliseconds. */
  queueTimeoutMs?: number | undefined;
  /** A transient error is tried again until this many attempts have failed. */
  maxAttempts: number;
  /** The first backoff and the longest, in milliseconds. */
  backoff: { firstMs: number; longestMs: number };
  breaker: BreakerOptions;
  /** How long a step may take to let go after an abort, in milliseconds. */
  graceMs: number;
  /** The same step fails its operation when the hub has died in it this often. */
  maxCrashes: number;
  /** Finished operations and gone thopters are forgotten after this long, in milliseconds. */
  retentionMs: number;
};

/** The design's defaults; `limits` come from the configuration. */
export const defaultEngineOptions: Omit<EngineOptions, "limits"> = {
  maxQueueSize: 1000,
  maxAttempts: 5,
  backoff: { firstMs: 1000, longestMs: 60_000 },
  breaker: { failures: 5, halfOpenAfterMs: 30_000 },
  graceMs: 10_000,
  maxCrashes: 3,
  retentionMs: 30 * 24 * 60 * 60_000,
};
