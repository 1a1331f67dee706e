import { ProviderError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Isolation, MachinePlaces, MachineTags, Provider } from "../../core/ports/provider.ts";
import type { Shell } from "../../core/ports/shell.ts";
import { createSerially } from "../serially.ts";
import type { FlyMachine } from "./answers.ts";
import type { FlyApi } from "./api.ts";
import { createOnce, listAll } from "./creating.ts";
import { FlyError, hasReason } from "./fly-error.ts";
import { isGone, machineOf, ownTagsOf, poolNameOf, publicPortOf } from "./identity.ts";
import { createLeased } from "./leased.ts";
import type { FlyMachineOptions } from "./machine-config.ts";
import { createPower } from "./power.ts";
import { createPublicPorts } from "./public-ports.ts";
import { createVolumePool } from "./volume-pool.ts";
import { createSights } from "./sights.ts";
import { waitForState } from "./waiting.ts";

/** What a shell is opened on. */
export type FlyTarget = {
  machineId: string;
  privateAddress: string | undefined;
  /** Its port at the app's public address, where it has one. */
  publicPort: number | undefined;
  tags: MachineTags;
};

export type FlyProviderOptions = {
  api: FlyApi;
  clock: Clock;
  /** Only machines and volumes of this hub are touched. */
  hub: string;
  regions: readonly string[];
  machine: FlyMachineOptions;
  /** A volume from the hub's pool for each machine; its root file system alone when absent. */
  volumes?: { sizeGb: number; spare: number };
  /** Handed to agents at their start: Fly never has it, and nothing that runs before them does. */
  agentEnvironment?: Readonly<Record<string, string>>;
  /** What holds where the machines are no real ones. */
  isolation?: Isolation;
  places: MachinePlaces;
  /** Finds the git directory of a repository on the hub's machine; absent where none is ever copied. */
  gitDirectory?(path: string): Promise<string>;
  openShell(target: FlyTarget, signal: AbortSignal): Promise<Shell>;
};

const usualIsolation: Isolation = {
  contained: true,
  words:
    "Each thopter is a virtual machine of its own at Fly. It reaches the internet, and what else runs in the organisation's private network.",
};

/** How long the copy of a repository may take. */
const copyMs = 30 * 60_000;
/** How long a shell waits for a machine that boots; the caller asks again. */
const bootSliceMs = 30_000;
/** How long a destroy waits until the machine is gone. */
const goneMs = 120_000;

/** Machines of Fly, each a small virtual one of its own. */
export function createFlyProvider(options: FlyProviderOptions): Provider {
  const { api, clock, hub, volumes, gitDirectory, machine: wanted } = options;
  const serially = createSerially();
  const leased = createLeased({ api, clock });
  const power = createPower({ api, clock, leased });
  const pool =
    volumes === undefined
      ? undefined
      : createVolumePool(api, { name: poolNameOf(hub), compute: wanted.guest, ...volumes });
  const sights = createSights({ api, clock });
  const creating = {
    ...{ api, clock, pool, machine: wanted, publicPorts: createPublicPorts() },
    regions: options.regions,
  };

  async function find(machineId: string, signal: AbortSignal): Promise<FlyMachine | undefined> {
    if (!isMachineId(machineId)) return undefined;
    const machine = await sights.look(machineId, signal);
    return machine === undefined || isGone(machine) ? undefined : machine;
  }

  /** A machine of this hub; undefined where there is none. Refuses another's. */
  async function findOwn(machineId: string, signal: AbortSignal): Promise<FlyMachine | undefined> {
    const machine = await find(machineId, signal);
    if (machine !== undefined && ownTagsOf(machine, hub) === undefined) throw strange(machineId);
    return machine;
  }

  async function destroy(machineId: string, signal: AbortSignal): Promise<void> {
    const machine = await findOwn(machineId, signal);
    if (machine === undefined) return;
    if (machine.state !== "destroying") {
      const last = { signal, isLast: true };
      await leased(machine, last, (nonce) => remove({ machineId, nonce }, signal));
    }
    await waitForState(
      { api, clock },
      { machineId, states: ["destroyed"], limitMs: goneMs },
      signal,
    );
    if ((await find(machineId, signal)) !== undefined) throw remains(machineId);
    await pool?.prune();
  }

  async function remove(
    change: { machineId: string; nonce: string | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await api.destroyMachine(change, signal);
    } catch (error) {
      if (!hasReason(error, "not_found")) throw error;
    }
  }

  return {
    name: "fly",
    makesLate: true,
    isolation: options.isolation ?? usualIsolation,
    create: (request, signal) =>
      serially(`create ${request.tags.hub} ${request.tags.thopter}`, async () => {
        signal.throwIfAborted();
        if (request.tags.hub !== hub) throw strange(request.name);
        const machine = await createOnce(creating, request, signal);
        sights.remember(machine.id);
        return machineOf(machine, ownTagsOf(machine, hub) ?? request.tags);
      }),
    async get(machineId, signal) {
      signal.throwIfAborted();
      const machine = await find(machineId, signal);
      const tags = machine === undefined ? undefined : ownTagsOf(machine, hub);
      return machine === undefined || tags === undefined ? undefined : machineOf(machine, tags);
    },
    async list(ofHub, signal) {
      const machines = (await listAll(api, signal)).filter((machine) => !isGone(machine));
      return machines.flatMap((machine) => {
        const tags = ownTagsOf(machine, ofHub);
        return tags === undefined ? [] : [machineOf(machine, tags)];
      });
    },
    start: (machineId, signal) =>
      serially(machineId, async () => {
        await power.start(known(machineId, await findOwn(machineId, signal)), signal);
      }),
    stop: (machineId, signal) =>
      serially(machineId, async () => {
        const machine = await findOwn(machineId, signal);
        if (machine !== undefined) await power.stop(machine, signal);
      }),
    destroy: (machineId, signal) => serially(machineId, () => destroy(machineId, signal)),
    async shell(machineId, signal) {
      const machine = known(machineId, await findOwn(machineId, signal));
      const tags = ownTagsOf(machine, hub);
      if (tags === undefined) throw strange(machineId);
      const { status } = machineOf(machine, tags);
      if (status === "stopped" || status === "failed") throw resting(machineId, status);
      if (status === "starting") {
        const boots = { machineId, states: ["started", "failed"], limitMs: bootSliceMs };
        const state = await waitForState({ api, clock }, boots, signal);
        if (state !== "started") throw resting(machineId, state);
      }
      const privateAddress = machine.private_ip ?? undefined;
      const publicPort = publicPortOf(machine);
      return options.openShell({ machineId, privateAddress, publicPort, tags }, signal);
    },
    places: () => options.places,
    ...(options.agentEnvironment === undefined
      ? {}
      : { agentEnvironment: options.agentEnvironment }),
    ...(gitDirectory === undefined ? {} : { bringRepository: copierOf(gitDirectory) }),
  };
}

function copierOf(
  gitDirectory: (path: string) => Promise<string>,
): NonNullable<Provider["bringRepository"]> {
  return async ({ path, shell, directory }, signal) => {
    await shell.put(await gitDirectory(path), directory, { timeoutMs: copyMs, signal });
  };
}

const isMachineId = (text: string): boolean => /^[0-9a-f]{8,20}$/.test(text);

function known(machineId: string, machine: FlyMachine | undefined): FlyMachine {
  if (machine !== undefined) return machine;
  throw new FlyError(`find machine "${machineId}"`, { reason: "not_found" });
}

function strange(which: string): ProviderError {
  return new ProviderError(
    `Cannot touch machine "${which}": it is not this hub's. Look at it at Fly.`,
    { kind: "permanent" },
  );
}

function remains(machineId: string): ProviderError {
  return new ProviderError(
    `Cannot confirm that machine "${machineId}" is gone: Fly still shows it. Destroy it again.`,
    { kind: "transient" },
  );
}

function resting(machineId: string, state: string): ProviderError {
  const why =
    state === "stopped"
      ? "it is stopped. Start it first."
      : `it ${state === "gone" ? "is gone" : "has failed"}. Look at its log at Fly, and provision again.`;
  return new ProviderError(`Cannot open a shell on machine "${machineId}": ${why}`, {
    kind: "permanent",
  });
}
