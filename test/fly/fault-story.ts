import { expect } from "vitest";
import type { Operation } from "../../src/core/operation.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import type { FlyProviderOptions } from "../../src/providers/fly/fly-provider.ts";
import type { Fault } from "../../src/simulators/fly/faults.ts";
import type { FlySimulatorOptions } from "../../src/simulators/fly/simulator.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createCloud, hubId, spare, token, type Cloud } from "./cloud.ts";
import { startFlyHub, type FlyHub } from "./fly-hub.ts";
import type { Act } from "./inside.ts";
import { pass, stopTime, until } from "./simulated-time.ts";

/** Success, or words that a person reads on the failed operation, its causes included. */
export type End = "succeeded" | readonly RegExp[];

export type FaultCase = {
  /** What goes wrong and what comes of it. */
  it: string;
  /** A word in the thopter's name that asks the simulator for a fault. */
  named?: string;
  faults?: readonly Fault[];
  /** Trouble that no fault stands for. */
  trouble?: (setting: Setting) => unknown;
  ends: End;
  /** How the destroy that a failed provision queues ends, while the fault still lasts. */
  cleanup?: End;
  /** How many machines and volumes there ever were, at most and at least; 1 when absent. */
  makes?: { machines?: number; volumes?: number };
  force?: boolean;
  /** How many attempts fail on the way; any number when absent. */
  attempts?: number;
  /** The work is lost with the machine, or was never there. */
  loses?: boolean;
  /** Cuts all connections in the middle of the first call of this name. */
  dropsIn?: string;
  /** What is left over is cleared by the destroy of another thopter. */
  clearedByNext?: boolean;
  provider?: Partial<FlyProviderOptions>;
  simulator?: Partial<FlySimulatorOptions>;
};

export type Setting = { cloud: Cloud; hub: FlyHub; store: Store };

/** A hub on a cloud on which all is well, in time that stands still. */
async function setting(wanted: Partial<FaultCase> = {}): Promise<Setting> {
  const { provider = {}, simulator = {}, dropsIn } = wanted;
  stopTime();
  const cloud = await createCloud(simulator);
  const store = createMemoryStore();
  const act = dropping(cloud, dropsIn);
  return { cloud, store, hub: await until(startFlyHub({ cloud, store, provider, act })) };
}

function dropping(cloud: Cloud, wanted: string | undefined): Act {
  let isDue = wanted !== undefined;
  return async (call, effect) => {
    const answer = Promise.resolve(effect());
    if (call !== wanted || !isDue) return answer;
    isDue = false;
    answer.catch(() => undefined);
    for (const { id } of cloud.made()) cloud.inside.drop(id);
    return answer;
  };
}

/** Provisions a thopter on which all is well. */
async function ready({ hub }: Setting, patch?: Partial<Thopter>): Promise<Operation> {
  const { id } = await hub.provision(patch);
  const operation = await until(hub.ended(id));
  expect(operation).toMatchObject({ status: "succeeded" });
  return operation;
}

/** That the answers a case asks for were really given. */
function expectGiven({ requests }: Cloud, faults: readonly Fault[] = []): void {
  for (const { kind, status } of faults) {
    if (kind !== "answer") continue;
    expect(requests.some((line) => line.endsWith(` ${String(status)}`))).toBe(true);
  }
}

function expectEnd(operation: Operation | undefined, end: End): void {
  const { message = "", causes = [] } = operation?.error ?? {};
  const words = [message, ...causes].join("\n");
  const steps = operation?.steps.map(({ name, status, note }) => `${name} ${status}: ${note}`);
  const about = `${operation?.kind}: ${words}\n${steps?.join("\n")}`;
  expect(operation?.status, about).toBe(end === "succeeded" ? "succeeded" : "failed");
  for (const pattern of end === "succeeded" ? [] : end) expect(words).toMatch(pattern);
  expect(JSON.stringify(operation)).not.toContain(token);
}

/** What must be so at any time: nobody has two machines, and every machine is somebody's. */
async function expectAccounted({ cloud, store }: Setting): Promise<void> {
  const thopters = await store.list("thopter");
  const tombstones = await store.list("tombstone");
  const owners = cloud.standing().map(({ config }) => config.metadata?.["thopter_id"]);
  expect(new Set(owners).size, "nobody has two machines").toBe(owners.length);
  const living = thopters.filter(({ status }) => status !== "gone").map(({ id }) => id);
  const known = [...living, ...tombstones.map(({ thopterId }) => thopterId)];
  expect(known, "every machine is somebody's").toEqual(expect.arrayContaining(owners));
}

/** Ends all trouble, destroys what is there as a person would, and answers with what is left at Fly. */
async function clearUp(here: Setting, fault: FaultCase): Promise<string[]> {
  const { cloud, hub, store } = here;
  const { makes = {}, clearedByNext = false } = fault;
  cloud.mend();
  if (clearedByNext) await ready(here, { name: "next-otter" });
  for (const { id } of await hub.engine.thopters()) {
    const { id: operationId } = await hub.destroy(id);
    expectEnd(await until(hub.ended(operationId)), "succeeded");
  }
  // A tombstone looks for what appears late for 10 minutes.
  await pass(12 * 60_000);
  expect(await store.list("tombstone")).toEqual([]);
  expect(cloud.volumes().length).toBeLessThanOrEqual(fault.provider?.volumes?.spare ?? spare);
  expect(cloud.made()).toHaveLength((makes.machines ?? 1) + (clearedByNext ? 1 : 0));
  expect(cloud.volumesMade()).toBe(makes.volumes ?? 1);
  cloud.expectOthersUntouched();
  expect((await hub.engine.status()).thopters.used).toBe(0);
  expect(cloud.simulator.world.refusals, "requests that came too often").toBe(0);
  expect(cloud.simulator.world.troubles).toEqual([]);
  hub.stop();
  // Of other hubs' machines it does not even know.
  expect(await until(hub.provider.list(hubId, new AbortController().signal))).toEqual([]);
  const taken = cloud.volumes().filter(({ machine }) => machine !== undefined);
  return [...cloud.standing(), ...taken].map(({ id, name }) => `${name} ${id}`);
}

/** Lets a fault come between the hub and the cloud, and provisions; answers with what is left at Fly. */
export async function provisionUnder(fault: FaultCase): Promise<string[]> {
  const here = await setting(fault);
  const { cloud, hub } = here;
  cloud.fault(...(fault.faults ?? []));
  await fault.trouble?.(here);
  const { id } = await hub.provision({ name: `calm-otter${fault.named ?? ""}` });
  const operation = await until(hub.ended(id));
  expectEnd(operation, fault.ends);
  expect(operation.attempts).toBe(fault.attempts ?? operation.attempts);
  expectGiven(cloud, fault.faults);
  if (fault.ends === "succeeded") {
    const [machine] = cloud.standing();
    expect(cloud.standing()).toHaveLength(1);
    expect(cloud.inside.launched).toEqual(new Map([[machine?.id, 1]]));
  } else {
    const destroy = await hub.last("destroy");
    expectEnd(await until(hub.ended(destroy?.id ?? "")), fault.cleanup ?? "succeeded");
  }
  await expectAccounted(here);
  return clearUp(here, fault);
}

/** Provisions where all is well, lets the fault come, and destroys; answers with what is left at Fly. */
export async function destroyUnder(fault: FaultCase): Promise<string[]> {
  const here = await setting(fault);
  const { cloud, hub } = here;
  const { thopterId } = await ready(here, { name: `calm-otter${fault.named ?? ""}` });
  cloud.fault(...(fault.faults ?? []));
  await fault.trouble?.(here);
  const { id } = await hub.destroy(thopterId, { force: fault.force ?? false });
  const operation = await until(hub.ended(id));
  expectEnd(operation, fault.ends);
  expect(operation.attempts).toBe(fault.attempts ?? operation.attempts);
  expectGiven(cloud, fault.faults);
  if (fault.ends === "succeeded") expect(cloud.standing()).toEqual([]);
  else expect(await hub.engine.thopters()).toMatchObject([{ id: thopterId, status: "ready" }]);
  if (fault.ends === "succeeded" && fault.force !== true && fault.loses !== true) {
    // Each of them saves the work that there is.
    const { bundles, pushed } = cloud.inside;
    expect([...bundles, ...pushed], "its work was saved").not.toEqual([]);
    expect([...bundles].filter((directory) => directory !== `/rescues/${id}`)).toEqual([]);
  }
  await expectAccounted(here);
  return clearUp(here, fault);
}
