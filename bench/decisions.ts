import { createSchedule } from "../src/core/schedule.ts";
import { median } from "./row.ts";
import type { Row, Scale } from "./row.ts";
import { newId } from "./rig.ts";

const sizes = [100, 10_000, 100_000];

/** What one decision and the start, finish and arrival around it cost, as the queue grows. */
export async function measureDecisions(scale: Scale): Promise<Row> {
  const rounds = scale === "full" ? 9 : 3;
  const costs = sizes.map((size) => median(Array.from({ length: rounds }, () => costAt(size))));
  const [small = 1, , large = 1] = costs;
  return {
    claim: "one decision with a start, a finish and an arrival, at 100 / 10,000 / 100,000 queued",
    measured: costs.map((cost) => `${cost.toFixed(2)} µs`).join(" / "),
    against: "at 100 queued",
    ratio: `${(large / small).toFixed(2)} x at 100,000`,
    aim: "flat: O(log n) or better",
  };
}

function costAt(size: number): number {
  const schedule = createSchedule({
    lanes: { destroy: 5, provision: 1, setup: 5 },
    thopters: 1_000_000,
    thoptersPerOwner: 1_000_000,
    provisionMaxWaitMs: 60_000,
  });
  let rank = 0;
  const add = (): void => {
    const id = newId();
    rank += 1;
    schedule.add(
      {
        id,
        lane: "destroy",
        rank: (rank * 7919) % 1_000_003,
        thopterId: id,
        ownerId: `owner-${rank % 50}`,
        provider: "local",
        after: [],
      },
      0,
    );
  };
  for (let number = 0; number < size; number += 1) add();
  const turns = 5000;
  const began = performance.now();
  for (let turn = 0; turn < turns; turn += 1) {
    const id = schedule.next(turn);
    if (id === undefined) throw new Error("The queue ran dry");
    schedule.start(id, turn);
    schedule.release(id, turn);
    schedule.finish(id, turn);
    add();
  }
  return ((performance.now() - began) / turns) * 1000;
}
