import { expect, it } from "vitest";
import { operationIs } from "../../src/core/operation.ts";
import type { Operation, OperationKind } from "../../src/core/operation.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { createSteps } from "../../src/steps/steps.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import type { Hub } from "./hub.ts";
import { makeThopter, startHub } from "./hub.ts";
import type { World } from "./world.ts";
import { createWorld, portsInto } from "./world.ts";
import { createSystemClock } from "../../src/system-clock.ts";

const systemClock = createSystemClock();

/** At the nth call, or at the first one of this name. */
type Death = { at: number | string; when: "before" | "after" };

/** One process of the hub: once it is dead nothing it asks has an effect or an answer. */
type Life = { alive: boolean; died: Promise<void>; calls: number };

const nothing = new Promise<never>(() => undefined);

function beginLife(
  death: Death | undefined,
): Life & { act: <T>(name: string, effect: () => T | Promise<T>) => Promise<T> } {
  let die = (): void => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const life = { alive: true, died, calls: 0, act };

  function end(): Promise<never> {
    life.alive = false;
    die();
    return nothing;
  }

  async function act<T>(name: string, effect: () => T | Promise<T>): Promise<T> {
    if (!life.alive) return nothing;
    life.calls += 1;
    const isLast = life.calls === death?.at || name === death?.at;
    if (isLast && death?.when === "before") return end();
    const answer = await effect();
    return isLast || !life.alive ? end() : answer;
  }

  return life;
}

async function startProcess(
  world: World,
  disk: Store,
  death?: Death,
): Promise<{ hub: Hub; life: Life }> {
  const life = beginLife(death);
  const clock = {
    now: systemClock.now,
    after: (ms: number, run: () => void) => systemClock.after(ms, () => life.alive && run()),
  };
  const store: Store = {
    ...disk,
    commit: (writes) => life.act("commit", () => disk.commit(writes)),
  };
  const ports = portsInto(world, async (call, effect) => life.act(call, effect));
  const steps = createSteps({ ...ports, clock }, { shellPauseMs: 1, gonePauseMs: 1 });
  return { hub: await startHub({ store, steps, clock }), life };
}

async function findOperation(disk: Store, kind: OperationKind): Promise<Operation | undefined> {
  return (await disk.list("operation")).find((operation) => operation.kind === kind);
}

type Story = { world: World; disk: Store; calls: number; deaths: number };

/** Provisions and destroys one thopter, in a new process after the first one died. */
async function tell(death?: Death): Promise<Story> {
  const world = createWorld();
  const disk = createMemoryStore();
  const thopter = makeThopter();
  let { hub, life } = await startProcess(world, disk, death);
  let deaths = 0;

  async function see(kind: OperationKind, ask: () => Promise<Operation>): Promise<void> {
    await Promise.race([ask().then(({ id }) => hub.ended(id)), life.died]);
    if (life.alive) return;
    deaths += 1;
    ({ hub, life } = await startProcess(world, disk));
    // What was accepted goes on by itself; what was not is asked again.
    const known = await findOperation(disk, kind);
    await hub.ended((known ?? (await ask())).id);
  }

  await see("provision", () => hub.provision(thopter));
  expect(await findOperation(disk, "provision")).toMatchObject({
    status: "succeeded",
    attempts: 0,
  });
  expect(world).toMatchObject({ made: 1, running: new Set(["m-1"]) });
  await see("destroy", () => hub.destroy(thopter.id));
  return { world, disk, calls: life.calls, deaths };
}

async function checkEnd({ world, disk }: Story): Promise<void> {
  const destroy = await findOperation(disk, "destroy");
  expect(destroy).toMatchObject({ status: "succeeded", attempts: 0 });
  const [thopter] = await disk.list("thopter");
  expect(thopter).toMatchObject({ status: "gone", rescue: { id: destroy?.id, commits: 3 } });
  expect(world).toMatchObject({ made: 1, machines: new Map(), running: new Set() });
  expect([...world.agents.values()]).toEqual([1]);
  expect(world.bundles).toEqual(new Set([`/rescues/${destroy?.id}`]));
  expect(new Set(world.pushed).size).toBeLessThanOrEqual(1);
  expect((await disk.list("operation")).every(operationIs.finished)).toBe(true);
  expect(await disk.list("tombstone")).toEqual([]);
}

it(
  "comes to the same end wherever the hub dies, and makes nothing twice",
  { timeout: 120_000 },
  async () => {
    const clean = await tell();
    await checkEnd(clean);
    expect(clean.world.openShells).toBe(0);
    expect(clean.calls).toBeGreaterThan(40);
    for (let at = 1; at <= clean.calls; at += 1) {
      for (const when of ["before", "after"] as const) {
        const story = await tell({ at, when });
        expect(story.deaths, `no death ${when} call ${at}`).toBe(1);
        await checkEnd(story).catch((error: unknown) => {
          throw new Error(`after a death ${when} call ${at}`, { cause: error });
        });
      }
    }
  },
);

it("work that was saved before the hub died need not be saved again", async () => {
  const world = createWorld();
  const disk = createMemoryStore();
  const thopter = makeThopter();
  const first = await startProcess(world, disk, { at: "push", when: "before" });
  await first.hub.ended((await first.hub.provision(thopter)).id);
  const { id } = await first.hub.destroy(thopter.id);
  await first.life.died;
  const machine = world.machines.get("m-1");
  world.machines.set("m-1", { ...machine!, status: "failed" });
  const second = await startProcess(world, disk);
  expect(await second.hub.ended(id)).toMatchObject({ status: "succeeded", attempts: 0 });
  expect(world.machines.size).toBe(0);
});
