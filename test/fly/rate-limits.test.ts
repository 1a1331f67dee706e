import { expect, it } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createCloud, hubId } from "./cloud.ts";
import { startFlyHub } from "./fly-hub.ts";
import { pass, stopTime, until } from "./simulated-time.ts";

const count = 100;
const pool = 5;
/** Of the lists, of which Fly allows one a second, a destroy needs these one after another. */
const listsEach = 3;

it("a request that Fly refused all the same is not sent again within the second", async () => {
  stopTime();
  const cloud = await createCloud();
  const hub = await until(startFlyHub({ cloud, store: createMemoryStore() }));
  await pass(10_000);
  cloud.fault({ kind: "answer", action: "machines.list", status: 429, times: 2 });
  const times: number[] = [];
  cloud.onAnswer(/^GET .*machines (200|429)$/, () => times.push(Date.now()));
  await until(hub.provider.list(hubId, new AbortController().signal));
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(gaps).toHaveLength(2);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
  hub.stop();
});

it("a hundred destroys take hardly longer than Fly's limits allow, and none is refused", async () => {
  stopTime();
  const cloud = await createCloud({
    rules: { bootMs: 0, stopMs: 0, destroyMs: 0, machinesPerOrg: 1000, textErrors: 0 },
  });
  const store = createMemoryStore();
  const hub = await until(startFlyHub({ cloud, store, lanes: { provision: 20 } }));
  const provisions = await Promise.all(
    Array.from({ length: count }, (_, number) => hub.provision({ name: `otter-${number}` })),
  );
  await until(Promise.all(provisions.map(({ id }) => hub.ended(id))));
  expect(cloud.standing()).toHaveLength(count);
  const began = Date.now();
  const destroys = await Promise.all(provisions.map(({ thopterId }) => hub.destroy(thopterId)));
  const ended = await until(Promise.all(destroys.map(({ id }) => hub.ended(id))));
  const tookMs = Date.now() - began;
  expect(ended.every(({ status, attempts }) => status === "succeeded" && attempts === 0)).toBe(
    true,
  );
  expect(cloud.standing()).toEqual([]);
  expect(tookMs / ((count / pool) * listsEach * 1000)).toBeLessThan(1.1);
  expect(cloud.simulator.world.refusals).toBe(0);
  expect(cloud.inside.bundles.size).toBe(count);
  cloud.expectOthersUntouched();
  hub.stop();
});
