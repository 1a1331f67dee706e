import { join } from "node:path";
import KeyvSqlite from "@keyv/sqlite";
import { Keyv } from "keyv";
import { median } from "./row.ts";
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

const inFlight = 500;

/** No-op destroys through the pool, every one durable, against plain Keyv sets on the same disk. */
export async function measureThroughput(scale: Scale): Promise<Row> {
  const rounds = scale === "full" ? 5 : 1;
  const ours: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await destroysPerSecond(scale === "full" ? 20_000 : 2000));
    plain.push(await setsPerSecond(scale === "full" ? 5000 : 500));
  }
  return {
    claim: "durable no-op destroys through the pool",
    measured: `${Math.round(median(ours)).toLocaleString("en")}/s`,
    against: `plain Keyv sets, 100 in flight: ${Math.round(median(plain)).toLocaleString("en")}/s`,
    ratio: `${(median(ours) / median(plain)).toFixed(1)} x`,
    aim: ">= 20,000/s",
  };
}

async function destroysPerSecond(count: number): Promise<number> {
  return withDirectory(async (directory) => {
    const store = await openStore(directory);
    const thopters = await seedThopters(store, count);
    const engine = await openEngine(store, [destroyStep(async () => undefined)]);
    const done = whenSucceeded(store, count);
    const began = performance.now();
    for (let from = 0; from < count; from += inFlight) {
      await destroyAll(engine, thopters.slice(from, from + inFlight));
    }
    await done;
    const took = performance.now() - began;
    await store.close();
    return (count / took) * 1000;
  });
}

async function setsPerSecond(count: number): Promise<number> {
  return withDirectory(async (directory) => {
    const adapter = new KeyvSqlite({ uri: `sqlite://${join(directory, "plain.db")}` });
    await adapter.query("PRAGMA journal_mode = WAL");
    await adapter.query("PRAGMA synchronous = FULL");
    const keyv = new Keyv({ store: adapter, throwOnErrors: true });
    const value = "x".repeat(300);
    const began = performance.now();
    for (let from = 0; from < count; from += 100) {
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => keyv.set(`k${from + index}`, value)),
      );
    }
    const took = performance.now() - began;
    await keyv.disconnect();
    return (count / took) * 1000;
  });
}
