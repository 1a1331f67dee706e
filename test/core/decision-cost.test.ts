import { describe, expect, it } from "vitest";
import type { ScheduleLimits } from "../../src/core/lane-rules.ts";
import type { Lane } from "../../src/core/operation.ts";
import { createSchedule } from "../../src/core/schedule.ts";
import type { Schedule, ScheduledOperation } from "../../src/core/schedule.ts";

type Meter = { comparisons: number; rules: number };

/** A number that counts how often it is compared. */
function counted(value: number, meter: Meter): number {
  const object = {
    valueOf(): number {
      meter.comparisons += 1;
      return value;
    },
  };
  // An object with `valueOf` compares like the number it stands for.
  return object as unknown as number;
}

/** Limits that count how often a rule looks at them. */
function countedLimits(limits: ScheduleLimits, meter: Meter): ScheduleLimits {
  return new Proxy(limits, {
    get(target, name: keyof ScheduleLimits) {
      meter.rules += 1;
      return target[name];
    },
  });
}

type Size = { queued: number; owners: number; thopters?: number };

/** A hub with so many provisions and destroys queued, and one slot in each lane. */
function busySchedule({ queued, owners, thopters = 1_000_000 }: Size) {
  const meter: Meter = { comparisons: 0, rules: 0 };
  const limits: ScheduleLimits = {
    lanes: { destroy: 1, provision: 1, setup: 1 },
    thopters,
    thoptersPerOwner: 1_000_000,
    provisionMaxWaitMs: 1,
  };
  const schedule = createSchedule(countedLimits(limits, meter));
  let made = 0;

  function add(lane: Lane): void {
    const number = (made += 1);
    const operation: ScheduledOperation = {
      id: `${lane} ${number}`,
      lane,
      // Spread over the queue, so that no end of it is favoured.
      rank: counted((number * 7_919) % 1_000_003, meter),
      thopterId: `thopter ${number}`,
      ownerId: `owner ${number % owners}`,
      provider: "fly",
      after: [],
    };
    schedule.add(operation, number);
  }

  for (let index = 0; index < queued; index += 1) {
    add("provision");
    add("destroy");
  }
  return { schedule, meter, add, now: () => made };
}

/** What one round of add, decide, start, finish and vacate costs at most, in each lane. */
function costOfRound(size: Size, rounds = 40): Meter {
  const { schedule, meter, add, now } = busySchedule(size);
  const worst: Meter = { comparisons: 0, rules: 0 };
  for (let round = 0; round < rounds; round += 1) {
    Object.assign(meter, { comparisons: 0, rules: 0 });
    add("provision");
    add("destroy");
    const running = [startOne(schedule, now()), startOne(schedule, now() + 1)];
    for (const id of running) {
      schedule.release(id, now());
      schedule.finish(id, now());
      schedule.vacate(`thopter ${id.split(" ")[1]}`, now());
    }
    worst.comparisons = Math.max(worst.comparisons, meter.comparisons);
    worst.rules = Math.max(worst.rules, meter.rules);
  }
  return worst;
}

function startOne(schedule: Schedule, now: number): string {
  const id = schedule.next(now);
  if (id === undefined) throw new Error("Nothing to start");
  schedule.start(id, now);
  return id;
}

describe("the cost of a decision", () => {
  const few = costOfRound({ queued: 100, owners: 10 });

  it("grows with the logarithm of the queue", () => {
    const many = costOfRound({ queued: 100_000, owners: 10 });
    expect(few.comparisons).toBeGreaterThan(20);
    // A thousand times the queue is ten levels more of a heap: two comparisons of two ranks a level
    // for each of the two added and the two started.
    expect(many.comparisons - few.comparisons).toBeLessThan(10 * 2 * 2 * 4 * 1.25);
    expect(many.rules).toBeLessThanOrEqual(few.rules);
  });

  it("hardly grows with the number of owners", () => {
    const many = costOfRound({ queued: 10_000, owners: 1_000 });
    expect(many.comparisons - few.comparisons).toBeLessThan(400);
    expect(many.rules).toBeLessThanOrEqual(few.rules);
  });

  it("looks at every owner once when the fleet becomes full or has room again, not otherwise", () => {
    const full = costOfRound({ queued: 10_000, owners: 1_000, thopters: 1 });
    // A look reads the two limits; the round crosses the fleet's limit twice.
    expect(full.rules).toBeGreaterThan(1_000);
    expect(full.rules).toBeLessThan(2 * 1_000 * 2 * 2 + few.rules);
  });
});
