import { percentile } from "./row.ts";
import type { Row, Scale } from "./row.ts";
import {
  actor,
  destroyStep,
  openEngine,
  openStore,
  seedThopters,
  whenSucceeded,
  withDirectory,
} from "./rig.ts";

/** From a request to its first step, durably accepted in between, on an idle hub. */
export async function measureLatency(scale: Scale): Promise<Row> {
  const count = scale === "full" ? 2000 : 200;
  return withDirectory(async (directory) => {
    const store = await openStore(directory);
    const thopters = await seedThopters(store, count);
    let started = (): void => undefined;
    const engine = await openEngine(store, [destroyStep(async () => started())]);
    const waits: number[] = [];
    const lone: number[] = [];
    for (const [index, { id }] of thopters.entries()) {
      const finished = whenSucceeded(store, 1);
      const began = performance.now();
      const start = new Promise<void>((resolve) => {
        started = resolve;
      });
      await Promise.all([
        start.then(() => waits.push(performance.now() - began)),
        engine.submit([{ kind: "destroy", thopterId: id, actor, front: "cli" }]),
      ]);
      await finished;
      lone.push(await loneCommit(store, index));
    }
    await store.close();
    const floor = percentile(lone, 0.5);
    const p50 = percentile(waits, 0.5);
    return {
      claim: "durable accept to start, idle",
      measured: `p50 ${p50.toFixed(2)} ms, p99 ${percentile(waits, 0.99).toFixed(2)} ms`,
      against: `one durable commit of one record: p50 ${floor.toFixed(2)} ms`,
      ratio: `${(p50 / floor).toFixed(2)} x a commit`,
      aim: "p50 <= 1 ms, p99 <= 5 ms",
    };
  });
}

async function loneCommit(
  store: Awaited<ReturnType<typeof openStore>>,
  index: number,
): Promise<number> {
  const began = performance.now();
  const record = { id: `bench-${String(index)}`, version: 1, value: "x".repeat(300) };
  await store.commit([{ kind: "setting", record }]);
  return performance.now() - began;
}
