import { expect } from "vitest";
import { StaleWriteError, UserError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { SimMachine } from "../../src/simulators/fly/world.ts";
import { ann } from "../steps/hub.ts";
import type { Cloud } from "./cloud.ts";
import { startProcess, type Process } from "./life.ts";
import { pass, until } from "./simulated-time.ts";
import type { Action } from "./soak-choices.ts";

export type Soak = { cloud: Cloud; store: Store; process: Process };

/** Does one thing and lets time pass. */
export async function act(soak: Soak, { doing, ms }: Action): Promise<void> {
  await run(soak, doing);
  await pass(ms);
}

/** What holds at any time: no thopter has two machines, and none is without a record. */
export async function checkAlways({ cloud, store }: Soak): Promise<void> {
  const owners = cloud.standing().map(({ config }) => config.metadata?.["thopter_id"]);
  expect(new Set(owners).size).toBe(owners.length);
  const known = (await store.list("thopter")).map(({ id }) => id);
  expect(known).toEqual(expect.arrayContaining(owners));
}

async function run(soak: Soak, doing: Action["doing"]): Promise<void> {
  const { cloud, process } = soak;
  const { hub } = process;
  switch (doing.kind) {
    case "provision":
      return refusable(hub.provision({ name: await nameWith(soak, doing.word) }));
    case "destroy": {
      const thopters = await hub.engine.thopters();
      const thopter = thopters[doing.nth % Math.max(1, thopters.length)];
      if (thopter === undefined) return undefined;
      return refusable(hub.destroy(thopter.id, { force: doing.force }));
    }
    case "cancel": {
      const open = await hub.engine.list({ status: ["queued", "running"] });
      const operation = open[doing.nth % Math.max(1, open.length)];
      if (operation === undefined) return undefined;
      return refusable(hub.engine.cancel(operation.id, { actor: ann, reason: "soak" }));
    }
    case "fault":
      return cloud.fault(doing.fault);
    case "host down":
      return cloud.hostDown(machineOf(soak, doing.nth)?.id);
    case "by hand":
      return byHand(soak, machineOf(soak, doing.nth), doing.what);
    case "mend":
      return cloud.mend();
    case "crash":
      process.life.kill();
      hub.stop();
      soak.process = await startProcess(cloud, soak.store);
  }
}

/** A request is done, or refused with words for people. */
async function refusable(request: Promise<unknown>): Promise<void> {
  try {
    await until(request);
  } catch (error) {
    if (!(error instanceof UserError || error instanceof StaleWriteError)) throw error;
  }
}

async function nameWith({ store }: Soak, word: string | undefined): Promise<string> {
  const count = (await store.list("thopter")).length;
  return `otter-${String(count)}${word === undefined ? "" : `-${word}`}`;
}

function machineOf({ cloud }: Soak, nth: number): SimMachine | undefined {
  const standing = cloud.standing();
  return standing[nth % Math.max(1, standing.length)];
}

async function byHand(
  { cloud }: Soak,
  machine: SimMachine | undefined,
  what: string,
): Promise<void> {
  if (machine === undefined) return;
  const [method, action] = { destroy: ["DELETE", ""] as const }[what] ?? (["POST", what] as const);
  await cloud.byHand(method, action, machine.id);
}
