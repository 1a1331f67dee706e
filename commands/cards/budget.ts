import type { Clock } from "../../src/core/ports/clock.ts";

/** How many calls of one kind may be made, shared by all messages that need them. */
export type Budget = {
  /** How long to wait until one may be written that leaves this many for what is more urgent; 0 for now. */
  waitMs(reserve: number): number;
  take(): void;
  /** Gives nothing for this long: Slack has said so. */
  hold(ms: number): void;
};

/**
 * A token bucket of which no minute, wherever it begins, gives more than `perMinute`: what may go
 * out at once and what comes in over a minute are that much together. What is taken without
 * waiting is paid back first.
 */
export function createBudget(
  clock: Clock,
  { perMinute, burst }: { perMinute: number; burst: number },
): Budget {
  const perMs = (perMinute - burst) / 60_000;
  let tokens = burst;
  let at = clock.now();
  let heldUntil = 0;

  function refill(): void {
    const now = clock.now();
    tokens = Math.min(burst, tokens + Math.max(0, now - at) * perMs);
    at = now;
  }

  return {
    waitMs(reserve) {
      refill();
      const missing = Math.min(1 + reserve, burst) - tokens;
      // What the machine's numbers leave over of a token counts as none.
      const waitMs = missing <= 1e-9 ? 0 : Math.ceil(missing / perMs);
      return Math.max(waitMs, heldUntil - clock.now());
    },
    hold(ms) {
      heldUntil = Math.max(heldUntil, clock.now() + ms);
    },
    take() {
      refill();
      tokens -= 1;
    },
  };
}
