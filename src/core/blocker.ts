import type { Lane } from "./operation.ts";

/** One reason why a queued operation does not start now. */
export type Blocker =
  | { kind: "storage" }
  | { kind: "draining" }
  | { kind: "paused"; lane: Lane }
  | { kind: "backoff"; until: number }
  | { kind: "after"; operationIds: string[] }
  | { kind: "breaker"; provider: string; state: "open" | "half-open"; until?: number }
  | { kind: "lane-full"; lane: Lane; running: number; limit: number }
  | { kind: "destroys-first"; running: number; ready: number; startsAnywayAt: number }
  | { kind: "capacity"; used: number; limit: number }
  | { kind: "quota"; ownerId: string; used: number; limit: number }
  | { kind: "queue"; lane: Lane };
