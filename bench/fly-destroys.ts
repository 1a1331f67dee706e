import type { Agent } from "../src/core/ports/agent.ts";
import type { Clock } from "../src/core/ports/clock.ts";
import type { Git } from "../src/core/ports/git.ts";
import type { Provider } from "../src/core/ports/provider.ts";
import type { Step } from "../src/core/ports/step.ts";
import type { Store } from "../src/core/ports/store.ts";
import type { Thopter } from "../src/core/thopter.ts";
import { createFlyApi } from "../src/providers/fly/api.ts";
import { createFlyProvider } from "../src/providers/fly/fly-provider.ts";
import { createFlyHttp } from "../src/providers/fly/http.ts";
import { createFlySimulator, type FlySimulator } from "../src/simulators/fly/simulator.ts";
import { createSessions } from "../src/steps/session.ts";
import { createSteps } from "../src/steps/steps.ts";
import { createTemplates } from "../src/templates/templates.ts";
import type { Row, Scale } from "./row.ts";
import {
  destroyAll,
  openEngine,
  openStore,
  seedThopters,
  whenSucceeded,
  withDirectory,
} from "./rig.ts";

const slots = 5;
/** How many times faster time runs: little enough that this machine's own time hardly counts. */
const speed = 4;
/** Of the lists, of which Fly allows one a second for an app, a destroy needs these one after another. */
const listsEach = 3;
const hub = "bench";
const never = new AbortController().signal;

/** 100 destroys at Fly against what its limits allow, and against clients that ask and are refused. */
export async function measureFlyDestroys(scale: Scale): Promise<Row> {
  const count = scale === "full" ? 100 : 25;
  const allowedMs = (count / slots) * listsEach * 1000;
  // Once before it counts: a second of this machine would be several at Fly.
  await destroys(createFasterClock(20), slots);
  const ours = await destroys(createFasterClock(speed), count);
  const blind = await blindDestroys(createFasterClock(20), count);
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
  return {
    claim: `${count} destroys at Fly, one request a second per action and machine or app, pool of ${slots}, ${speed} x time`,
    measured: `${seconds(ours.tookMs)}, ${ours.refused} requests refused`,
    against: `the limits ${seconds(allowedMs)}; clients that ask and come again in a second ${seconds(blind.tookMs)}, ${blind.refused} refused`,
    ratio: `${(ours.tookMs / allowedMs).toFixed(3)} x what the limits allow; blind ${(blind.tookMs / allowedMs).toFixed(3)} x`,
    aim: "<= 1.1 x, none refused",
  };
}

type Took = { tookMs: number; refused: number };

/** A clock that runs this many times faster: Fly's limits are waited for, and a minute is long. */
function createFasterClock(times: number): Clock {
  const began = performance.now();
  return {
    now: () => 1_800_000_000_000 + (performance.now() - began) * times,
    after(ms, run) {
      const timer = setTimeout(run, ms / times);
      return () => clearTimeout(timer);
    },
  };
}

/** A Fly that takes no time itself: what is left are its limits. */
function createFly(clock: Clock): FlySimulator {
  const rules = { bootMs: 0, stopMs: 0, destroyMs: 0, listLagMs: 0, machinesPerOrg: 1000 };
  return createFlySimulator({
    ...{ clock, rules: { ...rules, regions: { iad: { hosts: 1, machinesPerHost: 1000 } } } },
    ...{ tokens: { token: "team" }, apps: { fleet: "team" } },
  });
}

async function destroys(clock: Clock, count: number): Promise<Took> {
  const fly = createFly(clock);
  return withDirectory(async (directory) => {
    const store = await openStore(directory);
    await seedMachines(store, fly, count);
    const thopters = await store.list("thopter");
    const provider = openProvider(clock, fly);
    const engine = await openEngine(store, stepsOf(clock, provider));
    const refusedBefore = fly.world.refusals;
    const done = whenSucceeded(store, count);
    const began = clock.now();
    await destroyAll(engine, thopters);
    await done;
    const tookMs = clock.now() - began;
    const left = await provider.list(hub, never);
    if (left.length > 0) throw new Error(`${left.length} machines are left`);
    await store.close();
    await fly.close();
    return { tookMs, refused: fly.world.refusals - refusedBefore };
  });
}

function openProvider(clock: Clock, fly: FlySimulator): Provider {
  const fetch = (request: Request): Promise<Response> => fly.fetch(request);
  const http = createFlyHttp({ baseUrl: "http://fly.test", token: "token", clock, fetch });
  return createFlyProvider({
    ...{ api: createFlyApi(http, "fleet"), clock, hub, regions: ["iad"] },
    machine: { image: "agent", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 } },
    places: { home: "/data/home", run: "/run/thopter" },
    gitDirectory: () => Promise.reject(new Error("there is no repository")),
    openShell: () => Promise.reject(new Error("there is no way in")),
  });
}

/** The hub's own steps. The machines have no clone, so that nothing is saved first. */
function stepsOf(clock: Clock, fly: Provider): Step[] {
  const unused = () => Promise.reject(new Error("not used"));
  const providers = { fly };
  // Neither is asked for anything where there is no clone and no shell.
  const absent = {} as Agent & Git;
  return createSteps({
    ...{ hub, clock, providers, agents: { command: absent }, git: absent },
    sessions: createSessions({ providers }),
    templates: createTemplates({ directory: "/nowhere" }),
    ownerName: unused,
    identities: { logins: unused, home: unused },
    ...{ gitToken: unused, rescueBundle: unused, sealFile: unused },
    ...{
      allowsLocal: () => false,
      allowsSetup: () => false,
      keptFor: unused,
      rescueDirectory: () => "",
    },
  });
}

/** Makes the machines without waiting for Fly's limits, each with its thopter on record. */
async function seedMachines(store: Store, { world }: FlySimulator, count: number): Promise<void> {
  const thopters = await seedThopters(store, count);
  const records: Thopter[] = [];
  for (const thopter of thopters) {
    const metadata = { thopter_hub: hub, thopter_id: thopter.id, thopter_operation: "seed" };
    const machineId = world.random.hex(14);
    const [host] = world.hosts;
    if (host === undefined) throw new Error("there is no host");
    host.machines += 1;
    world.machines.set(machineId, {
      ...{ id: machineId, app: "fleet", name: thopter.name, region: host.region, host: host.id },
      ...{ state: "started", instanceId: "1", privateIp: "::1", createdAt: 0, updatedAt: 0 },
      ...{ config: { image: "agent", metadata }, events: [], lease: undefined, turn: 0 },
      ...{ activeUntil: 0, freshRoot: false, work: Promise.resolve() },
    });
    records.push({ ...thopter, version: 2, provider: "fly", machineId, machineIntentAt: 0 });
  }
  await store.commit(records.map((record) => ({ kind: "thopter", record })));
}

/** The same requests by clients that know no limits: whoever is refused comes again in a second. */
async function blindDestroys(clock: Clock, count: number): Promise<Took> {
  const fly = createFly(clock);
  let left = count;
  async function ask(path: string): Promise<void> {
    const headers = { authorization: "Bearer token" };
    for (;;) {
      const request = new Request(`http://fly.test/v1/apps/fleet${path}`, { headers });
      if ((await fly.fetch(request)).status !== 429) return;
      await new Promise<void>((resolve) => void clock.after(1000, resolve));
    }
  }
  async function client(): Promise<void> {
    while (left > 0) {
      left -= 1;
      for (let list = 0; list < listsEach; list += 1) await ask("/machines");
    }
  }
  const began = clock.now();
  await Promise.all(Array.from({ length: slots }, client));
  await fly.close();
  return { tookMs: clock.now() - began, refused: fly.world.refusals };
}
