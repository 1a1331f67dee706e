import { fc } from "../fast-check.ts";
import { expect, it } from "vitest";
import { operationIs } from "../../src/core/operation.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createCloud, spare } from "./cloud.ts";
import { pass, stopTime, until } from "./simulated-time.ts";
import { startProcess } from "./life.ts";
import { actionArbitrary, type Action } from "./soak-choices.ts";
import { act, checkAlways, type Soak } from "./soak-actions.ts";

async function begin(): Promise<Soak> {
  const cloud = await createCloud();
  const store = createMemoryStore();
  return { cloud, store, process: await startProcess(cloud, store) };
}

/** Ends all trouble, lets everything come to its end, and destroys all there is. */
async function finish(soak: Soak): Promise<void> {
  const { cloud, store } = soak;
  const { hub } = soak.process;
  cloud.mend();
  await until(rest(soak));
  // A thopter made meanwhile may have asked for trouble by its name.
  cloud.mend();
  // The last destroy clears what earlier ones could not.
  const { id } = await hub.provision({ name: "last-otter" });
  expect(await until(hub.ended(id))).toMatchObject({ status: "succeeded" });
  for (const thopter of await hub.engine.thopters()) {
    const destroy = await hub.destroy(thopter.id);
    const ended = await until(hub.ended(destroy.id));
    expect(ended.status, JSON.stringify(ended.error)).toBe("succeeded");
  }
  await pass(12 * 60_000);
  expect(await store.list("tombstone")).toEqual([]);
  hub.stop();
}

async function rest({ store, process }: Pick<Soak, "store" | "process">): Promise<void> {
  for (const { id } of await store.list("operation")) await process.hub.ended(id);
  const open = (await store.list("operation")).filter(operationIs.open);
  if (open.length > 0) await rest({ store, process });
}

async function checkNothingLeft({ cloud, store, process }: Soak): Promise<void> {
  expect(cloud.standing().map(({ name, state }) => `${name} ${state}`)).toEqual([]);
  expect(cloud.volumes().filter(({ machine }) => machine !== undefined)).toEqual([]);
  expect(cloud.volumes().length).toBeLessThanOrEqual(spare);
  expect((await store.list("thopter")).every(({ status }) => status === "gone")).toBe(true);
  expect((await process.hub.engine.status()).thopters.used).toBe(0);
  expect(cloud.simulator.world.troubles).toEqual([]);
  cloud.expectOthersUntouched();
}

it(
  "whatever is asked and whatever goes wrong at Fly, the fleet ends empty and nothing is left there",
  { timeout: 120_000 },
  async () => {
    stopTime();
    const histories = fc.array(actionArbitrary, { minLength: 6, maxLength: 16, size: "max" });
    const all = fc.assert(
      fc.asyncProperty(histories, async (history: Action[]) => {
        const soak = await begin();
        for (const action of history) {
          await act(soak, action);
          await checkAlways(soak);
        }
        await finish(soak);
        await checkNothingLeft(soak);
      }),
      { numRuns: 25, seed: 20_261_121, endOnFailure: true },
    );
    await expect(all).resolves.toBeUndefined();
  },
);
