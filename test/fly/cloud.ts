import { expect, onTestFinished } from "vitest";
import { poolNameOf } from "../../src/providers/fly/identity.ts";
import type { Fault } from "../../src/simulators/fly/faults.ts";
import { takeHostDown } from "../../src/simulators/fly/hosts.ts";
import { bringHostUp } from "../../src/simulators/fly/lifecycle.ts";
import {
  createFlySimulator,
  type FlySimulator,
  type FlySimulatorOptions,
} from "../../src/simulators/fly/simulator.ts";
import type { SimMachine, SimVolume } from "../../src/simulators/fly/world.ts";
import { createSystemClock } from "../../src/system-clock.ts";
import { createInside } from "./inside.ts";

export const hubId = "hub-1";
export const token = "good-token";
export const app = "fleet";
/** How many free volumes a hub keeps. */
export const spare = 1;

export type Cloud = {
  simulator: FlySimulator;
  inside: ReturnType<typeof createInside>;
  /** Every request that came, as "DELETE /apps/fleet/machines/1 200"; 0 is a cut connection. */
  requests: string[];
  fault(...faults: Fault[]): void;
  /** Does something right after each answer whose line in `requests` fits. */
  onAnswer(line: RegExp, run: () => void): void;
  /** Takes all trouble away: faults end, hosts come back, the token counts again. */
  mend(): void;
  /** Takes the host of a machine down; of the first of this hub when none is named. */
  hostDown(machineId?: string): void;
  /** Asks Fly for something as someone else of the organisation would; Fly may refuse. */
  byHand(method: "POST" | "DELETE", action: string, machineId?: string): Promise<void>;
  fetch(request: Request): Promise<Response>;
  /** This hub's machines that there ever were, and those that stand. */
  made(): SimMachine[];
  standing(): SimMachine[];
  volumes(): SimVolume[];
  /** How many volumes of this hub there ever were. */
  volumesMade(): number;
  /** Proves that nothing of another hub, or of nobody, was touched. */
  expectOthersUntouched(): void;
};

/** Fly with machines that run nothing, some of them other people's. */
export async function createCloud(options: Partial<FlySimulatorOptions> = {}): Promise<Cloud> {
  const inside = createInside();
  const simulator = createFlySimulator({
    clock: createSystemClock(),
    ...{ tokens: { [token]: "team" }, apps: { [app]: "team" }, backend: inside.backend },
    ...options,
  });
  onTestFinished(() => simulator.close());
  const { world } = simulator;
  const requests: string[] = [];
  const volumeIds = new Set<string>();
  const hooks: { line: RegExp; run: () => void }[] = [];

  async function fetch(request: Request): Promise<Response> {
    const { method } = request;
    const at = requests.push(`${method} ${new URL(request.url).pathname.replace("/v1", "")}`) - 1;
    let status = 0;
    try {
      const response = await simulator.fetch(request);
      ({ status } = response);
      return response;
    } finally {
      requests[at] += ` ${String(status)}`;
      for (const { id, name } of world.volumes.values())
        if (name === poolNameOf(hubId)) volumeIds.add(id);
      for (const { line, run } of hooks) if (line.test(requests[at] ?? "")) run();
    }
  }

  const others = await makeOthers(simulator);
  const before = JSON.stringify(factsOf(simulator, others));
  const made = (): SimMachine[] =>
    [...world.machines.values()].filter(({ config }) => config.metadata?.["thopter_hub"] === hubId);

  return {
    ...{ simulator, inside, requests, fetch, made },
    onAnswer: (line, run) => void hooks.push({ line, run }),
    fault: (...faults) => faults.forEach((fault) => world.faults.add(fault)),
    mend() {
      world.faults.clear();
      hooks.length = 0;
      world.tokens.set(token, "team");
      for (const { id, isUp } of world.hosts) if (!isUp) bringHostUp(world, id);
      for (const machine of made()) machine.lease = undefined;
    },
    hostDown(machineId = made()[0]?.id) {
      takeHostDown(world, world.machines.get(machineId ?? "")?.host ?? "");
    },
    async byHand(method, action, machineId = made()[0]?.id) {
      const what = action === "" ? "?force=true" : `/${action}`;
      await asked(simulator, { method, path: `machines/${machineId ?? ""}${what}` });
    },
    standing: () => made().filter(({ state }) => state !== "destroyed"),
    volumes: () => [...world.volumes.values()].filter(({ name }) => name === poolNameOf(hubId)),
    volumesMade: () => volumeIds.size,
    expectOthersUntouched() {
      expect(JSON.stringify(factsOf(simulator, others))).toBe(before);
      const touching = requests.filter(
        (line) => !line.startsWith("GET") && others.some((id) => line.includes(id)),
      );
      expect(touching).toEqual([]);
    },
  };
}

async function asked(
  simulator: FlySimulator,
  { method, path, body = {} }: { method: string; path: string; body?: unknown },
): Promise<unknown> {
  const request = new Request(`http://fly.test/v1/apps/${app}/${path}`, {
    ...{ method, headers: { authorization: `Bearer ${token}`, cookie: "fly_flaps_affinity=1" } },
    body: JSON.stringify(body),
  });
  const response = await simulator.fetch(request);
  const text = await response.text();
  return text.startsWith("{") ? JSON.parse(text) : undefined;
}

/** A machine and a volume of another hub of this app, a volume that is nobody's, and a machine made by hand. */
async function makeOthers(simulator: FlySimulator): Promise<string[]> {
  async function make(path: "machines" | "volumes", body: unknown): Promise<string> {
    // What Fly makes has an id.
    const { id } = (await asked(simulator, { method: "POST", path, body })) as { id: string };
    return id;
  }

  const region = "iad";
  const theirs = poolNameOf("hub-2");
  const taken = await make("volumes", { name: theirs, region, size_gb: 1 });
  const metadata = { thopter_hub: "hub-2", thopter_id: "t", thopter_operation: "o" };
  const config = { image: "agent:1", metadata, mounts: [{ volume: taken, path: "/data" }] };
  return [
    taken,
    await make("volumes", { name: theirs, region, size_gb: 1 }),
    await make("volumes", { name: "by_hand", region, size_gb: 1 }),
    await make("machines", { name: "thopter-calm-otter-of-another-hub", region, config }),
    await make("machines", { name: "by-hand", region, config: { image: "web:1" } }),
  ];
}

function factsOf({ world }: FlySimulator, ids: readonly string[]): unknown {
  return ids.map((id) => {
    const machine = world.machines.get(id);
    // That one boots after it was made is none of anybody's doing.
    const isGone = machine?.state === "destroying" || machine?.state === "destroyed";
    const halted = machine?.events.some(({ type }) => !["launch", "start"].includes(type));
    return machine === undefined
      ? (world.volumes.get(id) ?? `${id} is gone`)
      : { id, isGone, halted, lease: machine.lease, config: machine.config };
  });
}
