import { setTimeout as sleep } from "node:timers/promises";
import type { Row, Scale } from "./row.ts";
import {
  destroyAll,
  destroyStep,
  openEngine,
  openStore,
  seedThopters,
  whenSucceeded,
  withDirectory,
} from "./rig.ts";

const slotCounts = [1, 2, 4, 8, 16];

/** How much of each slot is used, from one slot to sixteen. */
export async function measureSlots(scale: Scale): Promise<Row> {
  const stepMs = scale === "full" ? 100 : 20;
  const perSlot = scale === "full" ? 20 : 5;
  const efficiencies: number[] = [];
  for (const slots of slotCounts) efficiencies.push(await efficiencyAt({ slots, stepMs, perSlot }));
  return {
    claim: `efficiency at ${slotCounts.join(", ")} slots, steps of ${stepMs} ms`,
    measured: efficiencies.map((one) => `${(one * 100).toFixed(1)} %`).join(", "),
    against: "the sum of the steps over slots x time",
    ratio: `${(efficiencies.at(-1) ?? 0).toFixed(3)} at 16`,
    aim: ">= 95 % at 16",
  };
}

async function efficiencyAt({
  slots,
  stepMs,
  perSlot,
}: {
  slots: number;
  stepMs: number;
  perSlot: number;
}): Promise<number> {
  return withDirectory(async (directory) => {
    const store = await openStore(directory);
    const count = slots * perSlot;
    const thopters = await seedThopters(store, count);
    let busy = 0;
    const step = destroyStep(async () => {
      const began = performance.now();
      await sleep(stepMs);
      busy += performance.now() - began;
    });
    const engine = await openEngine(store, [step], { destroy: slots });
    const done = whenSucceeded(store, count);
    const began = performance.now();
    await destroyAll(engine, thopters);
    await done;
    const took = performance.now() - began;
    await store.close();
    return busy / (took * slots);
  });
}
