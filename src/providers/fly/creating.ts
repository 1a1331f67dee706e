import type { Clock } from "../../core/ports/clock.ts";
import type { MachineRequest } from "../../core/ports/provider.ts";
import type { FlyMachine } from "./answers.ts";
import type { FlyApi } from "./api.ts";
import { FlyError, hasReason } from "./fly-error.ts";
import { flyNameOf, isGone, operationKey, tagsOf } from "./identity.ts";
import { machineConfigOf, type FlyMachineOptions } from "./machine-config.ts";
import { pause } from "../../core/pause.ts";
import type { PublicPorts } from "./public-ports.ts";
import type { VolumePool } from "./volume-pool.ts";
import { waitForState } from "./waiting.ts";

export type Creating = {
  api: FlyApi;
  clock: Clock;
  pool: VolumePool | undefined;
  /** In the order in which they are tried. */
  regions: readonly string[];
  machine: FlyMachineOptions;
  publicPorts: PublicPorts;
};

/** How long to wait before each look for a machine whose create was not answered. Lists lag by seconds. */
const looksAfterMs = [1000, 2000, 4000];
const volumesTried = 3;
const leavingMs = 60_000;

/** Makes a machine once, whatever is lost: what carries the tags is adopted, before and after. */
export async function createOnce(
  ports: Creating,
  request: MachineRequest,
  signal: AbortSignal,
): Promise<FlyMachine> {
  const machines = await listAll(ports.api, signal);
  const standing = tagged(machines, request);
  if (standing !== undefined) {
    if (standing.state !== "destroying") {
      await adopt(ports, { standing, request }, signal);
      // The answer that was lost may have left a volume, too.
      ports.pool?.doubt();
      return standing;
    }
    const leaving = { machineId: standing.id, states: ["destroyed"], limitMs: leavingMs };
    await waitForState(ports, leaving, signal);
  }
  // Before: nothing may come between a machine and its record.
  await tidy(ports.pool);
  try {
    return await createSomewhere(ports, { request, machines }, signal);
  } catch (error) {
    ports.pool?.doubt();
    // A volume that certainly got no machine is one more spare one.
    if (error instanceof FlyError && !error.isAmbiguous) await tidy(ports.pool);
    throw error;
  }
}

async function createSomewhere(
  ports: Creating,
  { request, machines }: { request: MachineRequest; machines: readonly FlyMachine[] },
  signal: AbortSignal,
): Promise<FlyMachine> {
  const isPublic = ports.machine.services !== undefined;
  const publicPort = isPublic ? ports.publicPorts(request.tags, machines) : undefined;
  let last: unknown;
  for (const region of ports.regions) {
    try {
      return await createInRegion(ports, { request, region, publicPort }, signal);
    } catch (error) {
      if (!hasReason(error, "region_full", "host_full", "volume_host_full")) throw error;
      last = error;
    }
  }
  throw last;
}

/** Writes down which operation has the machine now. A host that does not answer takes no note. */
async function adopt(
  { api }: Creating,
  { standing, request }: { standing: FlyMachine; request: MachineRequest },
  signal: AbortSignal,
): Promise<void> {
  const { operation } = request.tags;
  const hasHost = (standing.host_status ?? "ok") === "ok";
  if (!hasHost || tagsOf(standing)?.operation === operation) return;
  await api.setMetadata(standing.id, { key: operationKey, value: operation }, signal);
}

type Place = { request: MachineRequest; region: string; publicPort: number | undefined };

async function createInRegion(
  ports: Creating,
  place: Place,
  signal: AbortSignal,
): Promise<FlyMachine> {
  const { pool } = ports;
  if (pool === undefined) return post(ports, { ...place, volumeId: undefined }, signal);
  for (let tried = 1; ; tried += 1) {
    const volumeId = await pool.reserve(place.region, signal);
    try {
      return await post(ports, { ...place, volumeId }, signal);
    } catch (error) {
      const isVolumes = hasReason(error, "host_full", "volume_host_full", "volume_taken");
      if (!isVolumes) throw error;
      // A volume that is pinned to a full or dead host is replaced, not fought.
      await pool.discard(volumeId, signal);
      if (tried === volumesTried) throw error;
    } finally {
      // From here on Fly itself knows whether a machine has it.
      pool.release(volumeId);
    }
  }
}

async function tidy(pool: VolumePool | undefined): Promise<void> {
  try {
    await pool?.tidy();
  } catch (error) {
    // The next one sees to what could not be looked at now; what became of the create says more.
    if (!(error instanceof FlyError)) throw error;
  }
}

async function post(
  ports: Creating,
  { request, region, volumeId, publicPort }: Place & { volumeId: string | undefined },
  signal: AbortSignal,
): Promise<FlyMachine> {
  const body = {
    ...{ name: flyNameOf(request), region },
    config: machineConfigOf(ports.machine, { request, volumeId, publicPort }),
  };
  try {
    return await ports.api.createMachine(body, signal);
  } catch (error) {
    const mayExist =
      error instanceof FlyError && (error.isAmbiguous || error.reason === "name_taken");
    if (!mayExist) throw error;
    // What is found may have another volume than the one that was kept for it.
    ports.pool?.doubt();
    const found = await look(ports, request, signal);
    if (found === undefined) throw error;
    await adopt(ports, { standing: found, request }, signal);
    return found;
  }
}

async function look(
  ports: Creating,
  request: MachineRequest,
  signal: AbortSignal,
): Promise<FlyMachine | undefined> {
  for (const ms of looksAfterMs) {
    await pause(ports.clock, ms, signal);
    const found = tagged(await listAll(ports.api, signal), request);
    if (found !== undefined && found.state !== "destroying") return found;
  }
  return undefined;
}

/** The oldest machine with the tags of the hub and the thopter. */
function tagged(machines: readonly FlyMachine[], { tags }: MachineRequest): FlyMachine | undefined {
  return machines
    .filter((machine) => {
      const found = tagsOf(machine);
      return found?.hub === tags.hub && found.thopter === tags.thopter && !isGone(machine);
    })
    .toSorted((a, b) => a.created_at.localeCompare(b.created_at))[0];
}

/** An empty list is not believed at first: Fly has answered with one by mistake. */
export async function listAll(api: FlyApi, signal: AbortSignal): Promise<FlyMachine[]> {
  const first = await api.listMachines(signal);
  return first.length > 0 ? first : api.listMachines(signal);
}
