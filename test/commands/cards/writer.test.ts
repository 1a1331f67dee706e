import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from "@slack/web-api";
import { fc } from "../../fast-check.ts";
import { describe, expect, it } from "vitest";
import { createBudget } from "../../../commands/cards/budget.ts";
import { createWriter } from "../../../commands/cards/writer.ts";
import type { Rank } from "../../../commands/cards/write-queue.ts";
import type { Writer } from "../../../commands/cards/writer.ts";
import { createManualClock } from "../../manual-clock.ts";
import type { ManualClock } from "../../manual-clock.ts";

const minute = 60_000;

/** A writer of keys that are "a:3": the message and its state. What it wrote, and when. */
type Bench = {
  clock: ManualClock;
  writer: Writer;
  written: { key: string; state: number; at: number }[];
  reports: string[];
  /** The newest state of each key. */
  states: Map<string, number>;
  /** Thrown by the next writes, in order. */
  faults: Error[];
  change(key: string, rank?: Rank): void;
};

function start(options: { perMinute: number; burst: number } = { perMinute: 40, burst: 8 }): Bench {
  const clock = createManualClock();
  const budget = createBudget(clock, options);
  const shown = new Map<string, number>();
  const bench: Omit<Bench, "writer"> = {
    ...{ clock, written: [], reports: [], states: new Map(), faults: [] },
    change(key, rank = "step") {
      bench.states.set(key, (bench.states.get(key) ?? 0) + 1);
      writer.touch(key, rank);
    },
  };
  const writer = createWriter({
    clock,
    budgetOf: () => budget,
    isNew: () => false,
    report: (_error, about) => {
      bench.reports.push(about);
      return "ref";
    },
    async prepare(key) {
      const state = bench.states.get(key) ?? 0;
      if (shown.get(key) === state) return undefined;
      return async () => {
        await new Promise((resolve) => setImmediate(resolve));
        const fault = bench.faults.shift();
        if (fault !== undefined) throw fault;
        shown.set(key, state);
        bench.written.push({ key, state, at: clock.now() });
      };
    },
  });
  writer.start();
  return { ...bench, writer };
}

const refusal = (error: string): Error => new WebAPIPlatformError({ ok: false, error });

describe("the writer", () => {
  it("writes the newest state alone, at most every two seconds", async () => {
    const bench = start();
    for (let turn = 0; turn < 100; turn += 1) {
      bench.change("a");
      await bench.clock.advance(100);
    }
    await bench.clock.advance(5000);
    const times = bench.written.map(({ at }) => at);
    for (const [index, at] of times.slice(1).entries()) {
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(2000);
    }
    expect(bench.written.length).toBeLessThan(8);
    expect(bench.written.at(-1)).toMatchObject({ state: 100 });
  });

  it("writes nothing where nothing visible changed", async () => {
    const bench = start();
    bench.change("a");
    await bench.clock.advance(minute);
    for (let turn = 0; turn < 50; turn += 1) bench.writer.touch("a", "urgent");
    await bench.clock.advance(minute);
    expect(bench.written).toHaveLength(1);
  });

  it("goes round: of sixty that change all the time each is written as often as any other", async () => {
    const bench = start();
    const keys = Array.from({ length: 60 }, (_, index) => `card-${index}`);
    for (let second = 0; second < 10 * 60; second += 1) {
      for (const key of keys) bench.change(key);
      await bench.clock.advance(1000);
    }
    const counts = keys.map((one) => bench.written.filter(({ key }) => key === one).length);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it("writes what is urgent first, though sixty others wait", async () => {
    const bench = start();
    for (let index = 0; index < 60; index += 1) bench.change(`step-${index}`);
    bench.change("home", "home");
    await bench.clock.advance(10_000);
    bench.change("approval", "urgent");
    bench.change("step-59", "urgent");
    await bench.clock.advance(4000);
    const keys = bench.written.map(({ key }) => key);
    expect(keys.slice(-2)).toEqual(["approval", "step-59"]);
    await bench.clock.advance(3 * minute);
    expect(bench.written.at(-1)?.key).toBe("home");
  });

  it("obeys what Slack says of when to come back, for all of them", async () => {
    const bench = start();
    bench.faults.push(new WebAPIRateLimitedError(30));
    bench.change("a");
    bench.change("b", "urgent");
    await bench.clock.advance(29_999);
    expect(bench.written).toEqual([]);
    await bench.clock.advance(3000);
    expect(bench.written.map(({ key }) => key)).toEqual(["b", "a"]);
    expect(bench.reports).toEqual([]);
  });

  it.each([
    new WebAPIRequestError(new Error("connection refused")),
    new WebAPIHTTPError(503, "Service Unavailable", {}),
    refusal("internal_error"),
    refusal("token_revoked"),
  ])(
    "waits ever longer while Slack is away, up to a minute, and then writes the newest: %s",
    async (fault) => {
      const bench = start();
      bench.faults.push(...Array.from({ length: 8 }, () => fault));
      for (let turn = 0; turn < 300; turn += 1) {
        bench.change("a");
        await bench.clock.advance(1000);
      }
      expect(bench.faults).toEqual([]);
      await bench.clock.advance(minute);
      expect(bench.written.at(-1)).toMatchObject({ state: 300 });
      // One outage is one report.
      expect(bench.reports).toHaveLength(1);
    },
  );

  it("holds back one message that Slack refuses, and no other", async () => {
    const bench = start();
    bench.faults.push(refusal("some_error"));
    bench.change("a");
    bench.change("b");
    await bench.clock.advance(0);
    expect(bench.written.map(({ key }) => key)).toEqual(["b"]);
    await bench.clock.advance(2000);
    expect(bench.written.map(({ key }) => key)).toEqual(["b", "a"]);
  });

  it("writes at once for someone who waits, and never two states of one message side by side", async () => {
    const bench = start({ perMinute: 20, burst: 2 });
    bench.change("other");
    bench.change("a", "home");
    await Promise.all([bench.writer.now("a"), bench.writer.now("a")]);
    expect(bench.written.map(({ key }) => key)).toEqual(["a"]);
    await bench.clock.advance(minute);
    expect(bench.written.map(({ key }) => key)).toEqual(["a", "other"]);
  });

  it("asks nothing of Slack that it would refuse, even for someone who waits", async () => {
    const bench = start({ perMinute: 2, burst: 1 });
    bench.change("other");
    await bench.clock.advance(0);
    bench.change("a");
    await bench.writer.now("a");
    expect(bench.written.map(({ key }) => key)).toEqual(["other"]);
    await bench.clock.advance(minute);
    expect(bench.written.map(({ key }) => key)).toEqual(["other", "a"]);
  });

  it("stops between two writes, and writes nothing more", async () => {
    const bench = start();
    bench.change("a");
    bench.change("b");
    await bench.writer.stop();
    bench.change("c");
    await bench.clock.advance(minute);
    expect(bench.written.length).toBeLessThanOrEqual(1);
  });
});

describe("the budget", () => {
  it("is never exceeded in any minute, whatever comes when", async () => {
    const keys = fc.integer({ min: 0, max: 90 });
    const act = fc.record({
      keys: fc.array(keys, { maxLength: 60 }),
      rank: fc.constantFrom<Rank>("urgent", "step", "home"),
      waitMs: fc.integer({ min: 0, max: 20_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 15 }), async (acts) => {
        const bench = start();
        for (const { keys: changed, rank, waitMs } of acts) {
          for (const key of changed) bench.change(String(key), rank);
          await bench.clock.advance(waitMs);
        }
        await bench.clock.advance(10 * minute);
        const times = bench.written.map(({ at }) => at);
        for (const from of times) {
          const within = times.filter((at) => at >= from && at < from + minute);
          expect(within.length).toBeLessThanOrEqual(40);
        }
        for (const [key, state] of bench.states) {
          expect(bench.written.findLast((one) => one.key === key)?.state).toBe(state);
        }
      }),
      { numRuns: 20 },
    );
  });
});
