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

const count = 100;
const slots = 5;

/** 100 destroys through the pool of 5, against the ideal and against a loop that looks every 100 ms. */
export async function measureMakespan(scale: Scale): Promise<Row> {
  const stepMs = scale === "full" ? 1000 : 100;
  const ideal = (count / slots) * stepMs;
  const ours = await withDirectory(async (directory) => {
    const store = await openStore(directory);
    const thopters = await seedThopters(store, count);
    const engine = await openEngine(store, [destroyStep(() => sleep(stepMs))]);
    const done = whenSucceeded(store, count);
    const began = performance.now();
    await destroyAll(engine, thopters);
    await done;
    const took = performance.now() - began;
    await store.close();
    return took;
  });
  const polled = await pollingLoop(stepMs);
  return {
    claim: `makespan of ${count} destroys of ${stepMs} ms, pool of ${slots}`,
    measured: `${(ours / 1000).toFixed(2)} s`,
    against: `ideal ${(ideal / 1000).toFixed(2)} s; a 100 ms polling loop ${(polled / 1000).toFixed(2)} s`,
    ratio: `${(ours / ideal).toFixed(3)} x ideal; polling ${(polled / ideal).toFixed(3)} x`,
    aim: "<= 1.02 x ideal",
  };
}

/** Dispatch as many schedulers do it: look every 100 ms, start what has a free slot. */
async function pollingLoop(stepMs: number): Promise<number> {
  const began = performance.now();
  let waiting = count;
  let running = 0;
  while (waiting > 0 || running > 0) {
    while (waiting > 0 && running < slots) {
      waiting -= 1;
      running += 1;
      void sleep(stepMs).then(() => {
        running -= 1;
      });
    }
    await sleep(100);
  }
  return performance.now() - began;
}
