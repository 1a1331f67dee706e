import type { Clock } from "../../src/core/ports/clock.ts";
import type { Budget } from "./budget.ts";
import { faultOf } from "./slack-errors.ts";
import { createWriteQueue } from "./write-queue.ts";
import type { Next, Rank } from "./write-queue.ts";

/** How many of its budget each leaves for what is more urgent. */
const reserves: Record<Rank, number> = { urgent: 0, step: 1, home: 3 };

/** Between two edits of one message, in milliseconds. */
const spacingMs = 2000;
const longestPauseMs = 60_000;
const longestPauseOfOneMs = 10 * 60_000;

/** The one hand that writes all messages: each in its newest state, in turn, within its budget. */
export type Writer = {
  /** What this key stands for may have changed. */
  touch(key: string, rank: Rank): void;
  /** Writes it without waiting for its turn, for someone who waits; resolves when it was tried, or has to wait. */
  now(key: string): Promise<void>;
  start(): void;
  stop(): Promise<void>;
};

export type WriterPorts = {
  clock: Clock;
  /** What its next write takes from. */
  budgetOf(key: string): Budget;
  /** Whether nothing of it was written yet. */
  isNew(key: string): boolean;
  report: (error: unknown, about: string) => string;
  /** Looks at the newest state; the answer sends it, or is undefined where nothing visible changed. */
  prepare(key: string): Promise<(() => Promise<void>) | undefined>;
};

export function createWriter({ clock, budgetOf, isNew, report, prepare }: WriterPorts): Writer {
  const queue = createWriteQueue(clock);
  const failures = new Map<string, number>();
  const serving = new Map<string, Promise<void>>();
  const loop = { isStopped: true, isRunning: false, isTouched: false };
  const pauses = { until: 0, outages: 0 };
  let running: Promise<void> = Promise.resolve();
  let cancelTimer: (() => void) | undefined;

  function choose(): Next {
    if (loop.isStopped) return undefined;
    const next = queue.next({
      // Whoever writes a key out of turn looks around again afterwards.
      isBusy: (key) => serving.has(key),
      isNew,
      waitMs: (key, rank) => budgetOf(key).waitMs(reserves[rank]),
    });
    if (next === undefined || "waitMs" in next) return next;
    const waitMs = pauses.until - clock.now();
    return waitMs > 0 ? { waitMs } : next;
  }

  async function run(): Promise<void> {
    for (;;) {
      const next = choose();
      if (next === undefined) return;
      if ("waitMs" in next) {
        cancelTimer = clock.after(Math.max(1, next.waitMs), pump);
        return;
      }
      queue.remove(next.key);
      await serve(next.key, next.rank);
    }
  }

  function pump(): void {
    loop.isTouched = true;
    if (loop.isRunning || loop.isStopped) return;
    cancelTimer?.();
    loop.isTouched = false;
    loop.isRunning = true;
    running = run().finally(() => {
      loop.isRunning = false;
      // What was touched after the last look around.
      if (loop.isTouched) pump();
    });
  }

  /** One at a time for each key: a state never overtakes a newer one. */
  function serve(key: string, rank: Rank): Promise<void> {
    const before = serving.get(key) ?? Promise.resolve();
    const served = before.then(() => write(key, rank));
    serving.set(key, served);
    return served.finally(() => {
      if (serving.get(key) === served) serving.delete(key);
    });
  }

  async function write(key: string, rank: Rank): Promise<void> {
    try {
      const send = await prepare(key);
      if (send !== undefined) {
        budgetOf(key).take();
        await send();
        pauses.outages = 0;
      }
      failures.delete(key);
      queue.space(key, spacingMs);
    } catch (error) {
      postpone(key, rank, error);
    }
  }

  function postpone(key: string, rank: Rank, error: unknown): void {
    const fault = faultOf(error);
    queue.add(key, rank);
    if (fault.reach === "all" && fault.waitMs !== undefined) {
      // Slack limits each method, and posts in each channel, by themselves.
      budgetOf(key).hold(fault.waitMs);
      return;
    }
    if (fault.reach === "all") {
      pauses.until = Math.max(pauses.until, clock.now() + outagePauseMs(error));
      return;
    }
    const count = failures.get(key) ?? 0;
    if (count === 0) report(error, `writing the message "${key}"`);
    failures.set(key, count + 1);
    queue.space(key, Math.min(longestPauseOfOneMs, spacingMs * 2 ** count));
  }

  /** Ever longer while Slack is away; one outage is one report. */
  function outagePauseMs(error: unknown): number {
    if (pauses.outages === 0) report(error, "writing to Slack");
    pauses.outages += 1;
    return Math.min(longestPauseMs, 1000 * 2 ** (pauses.outages - 1));
  }

  return {
    touch(key, rank) {
      queue.add(key, rank);
      pump();
    },
    async now(key) {
      if (loop.isStopped || pauses.until > clock.now() || budgetOf(key).waitMs(0) > 0) {
        queue.add(key, "urgent");
        pump();
        return;
      }
      queue.remove(key);
      await serve(key, "urgent");
      pump();
    },
    start() {
      loop.isStopped = false;
      pump();
    },
    async stop() {
      loop.isStopped = true;
      cancelTimer?.();
      await Promise.all([running, ...serving.values()]);
    },
  };
}
