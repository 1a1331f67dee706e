import { expect, it } from "vitest";
import { operationIs } from "../../src/core/operation.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { makeThopter } from "../steps/hub.ts";
import { createCloud, spare, type Cloud } from "./cloud.ts";
import type { FlyHub } from "./fly-hub.ts";
import { beginLife, startProcess, type Death } from "./life.ts";
import { stopTime, until } from "./simulated-time.ts";

type Story = { cloud: Cloud; store: Store; calls: string[]; hasDied: boolean; work: Operation[] };

/** Provisions and destroys one thopter, in a new process after the first one died. */
async function tell(death?: Death): Promise<Story> {
  const cloud = await createCloud();
  const store = createMemoryStore();
  const thopter = makeThopter({ provider: "fly", createdAt: Date.now() });
  const first = beginLife(death);
  let now = await startProcess(cloud, store, first);
  const work: Operation[] = [];

  async function see(ask: (hub: FlyHub) => Promise<Operation>, kind: "provision" | "destroy") {
    const ended = ask(now.hub).then(({ id }) => now.hub.ended(id));
    await until(Promise.race([ended, now.life.died]));
    if (!now.life.isAlive) {
      now = await startProcess(cloud, store);
      // What was accepted goes on by itself; what was not is asked again.
      const known = (await now.hub.last(kind)) ?? (await ask(now.hub));
      await until(now.hub.ended(known.id));
    }
    const operation = await now.hub.last(kind);
    if (operation !== undefined) work.push(operation);
  }

  await see((hub) => hub.provision(thopter), "provision");
  expect(cloud.standing()).toMatchObject([{ state: "started" }]);
  await see((hub) => hub.destroy(thopter.id), "destroy");
  now.hub.stop();
  return { cloud, store, calls: first.calls, hasDied: !first.isAlive, work };
}

async function checkEnd({ cloud, store, work }: Story, mostVolumes = 1): Promise<void> {
  expect(work).toMatchObject([
    { kind: "provision", status: "succeeded", attempts: 0 },
    { kind: "destroy", status: "succeeded", attempts: 0 },
  ]);
  const destroyId = work[1]?.id ?? "";
  const [thopter] = await store.list("thopter");
  expect(thopter).toMatchObject({ status: "gone", rescue: { id: destroyId, commits: 1 } });
  const operations = await store.list("operation");
  expect(operations).toHaveLength(2);
  expect(operations.every(operationIs.finished)).toBe(true);
  // Fly may carry out a create long after it was given up.
  expect(await store.list("tombstone")).toMatchObject([{ id: destroyId }]);
  expect(cloud.made().map(({ state }) => state)).toEqual(["destroyed"]);
  expect([...cloud.inside.launched.values()]).toEqual([1]);
  expect(cloud.inside.bundles).toEqual(new Set([`/rescues/${destroyId}`]));
  expect(cloud.inside.pushed.size).toBeLessThanOrEqual(1);
  expect(cloud.volumesMade()).toBeLessThanOrEqual(mostVolumes);
  expect(cloud.volumes()).toHaveLength(spare);
  expect(cloud.simulator.world.troubles).toEqual([]);
  cloud.expectOthersUntouched();
}

it(
  "comes to the same end wherever the hub dies, and makes nothing at Fly twice",
  { timeout: 120_000 },
  async () => {
    stopTime();
    const clean = await tell();
    await checkEnd(clean);
    const { calls } = clean;
    // Nobody holds it up, its own leases neither.
    const [, destroy] = clean.work;
    expect((destroy?.finishedAt ?? Infinity) - (destroy?.createdAt ?? 0)).toBeLessThan(10_000);
    for (const call of ["POST machines", "POST volumes", "DELETE one", "POST lease", "commit"])
      expect(calls).toContain(call);
    const created = calls.indexOf("POST machines") + 1;
    expect(calls[created]).toBe("commit");
    for (let at = 1; at <= calls.length; at += 1) {
      for (const when of ["before", "after"] as const) {
        const about = `a death ${when} call ${at}, ${calls[at - 1]}`;
        try {
          const story = await tell({ at, when });
          expect(story.hasDied).toBe(true);
          // A new process may not be shown the machine yet that the last one made: it readies another
          // volume, learns that the name is taken, and keeps the volume as the spare one.
          const isUnrecorded = at === created || at === created + 1;
          await checkEnd(story, isUnrecorded ? 2 : 1);
        } catch (cause) {
          throw new Error(`After ${about}`, { cause });
        }
      }
    }
  },
);
