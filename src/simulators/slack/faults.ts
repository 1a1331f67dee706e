import { z } from "zod";
import type { Clock } from "../../core/ports/clock.ts";

export const faultSchema = z.strictObject({
  /**
   * A method such as `chat.update`, `response_url`, or `*` for all. `delivery` is what goes to the
   * app: it arrives, and only what the app answers is lost.
   */
  method: z.string().min(1),
  /** `error`: a code of Slack's. `status`: another HTTP status. `reset` cuts the connection. */
  kind: z.enum(["error", "rate", "status", "hang", "reset", "slow"]),
  error: z.string().exactOptional(),
  status: z.int().min(300).max(599).exactOptional(),
  retryAfterSeconds: z.int().min(0).exactOptional(),
  /** For `slow`: how much later the answer comes. */
  delayMs: z.int().min(0).exactOptional(),
  /** Whether what was asked happens first, and only its answer is lost. */
  committed: z.boolean().exactOptional(),
  /** How often it happens; for ever when absent. */
  times: z.int().min(1).exactOptional(),
  /** How long it can happen; for ever when absent. */
  forMs: z.int().min(1).exactOptional(),
});
export type Fault = z.infer<typeof faultSchema>;

export type Faults = {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that happens to this call, if any; one with a number of times is used up. */
  take(method: string): Fault | undefined;
};

/** By this name the answer of the app to a delivery is lost. */
export const lostAnswer = "delivery";

export function createFaults(clock: Clock): Faults {
  let standing: { fault: Fault; left: number; until: number }[] = [];
  return {
    add(fault) {
      const until = clock.now() + (fault.forMs ?? Infinity);
      standing.push({ fault, left: fault.times ?? Infinity, until });
    },
    clear() {
      standing = [];
    },
    take(method) {
      standing = standing.filter(({ until }) => clock.now() < until);
      const names = method === lostAnswer ? [method] : ["*", method];
      const found = standing.find(({ fault }) => names.includes(fault.method));
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) standing = standing.filter((entry) => entry !== found);
      return found.fault;
    },
  };
}
