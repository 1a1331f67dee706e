import type { Machine } from "../core/ports/provider.ts";
import type { Thopter } from "../core/thopter.ts";
import type { StepPorts } from "./ports.ts";
import { providerOf } from "./provider-of.ts";

type Owned = Pick<Thopter, "id" | "name" | "provider" | "machineId" | "machineIntentAt">;

/** Whether the provider may have, or may yet get, a machine of this thopter. */
export function mayHaveMachine(thopter: Owned): boolean {
  return thopter.machineId !== undefined || thopter.machineIntentAt !== undefined;
}

/** The machine on record. One that is not found by its id and yet listed is there. */
export async function findMachine(
  ports: Pick<StepPorts, "providers" | "hub">,
  thopter: Owned,
  signal: AbortSignal,
): Promise<Machine | undefined> {
  const provider = providerOf(ports.providers, thopter);
  const { machineId } = thopter;
  if (machineId === undefined) return undefined;
  const found = await provider.get(machineId, signal);
  if (found !== undefined) return found;
  return (await provider.list(ports.hub, signal)).find(({ id }) => id === machineId);
}

/** The ids of all listed machines that are or claim to be this thopter's. */
export async function listMachines(
  ports: Pick<StepPorts, "providers" | "hub">,
  thopter: Owned,
  signal: AbortSignal,
): Promise<string[]> {
  const machines = await providerOf(ports.providers, thopter).list(ports.hub, signal);
  return machines
    .filter(({ id, tags }) => id === thopter.machineId || isTagged(tags, ports.hub, thopter.id))
    .map(({ id }) => id);
}

function isTagged(tags: Machine["tags"], hub: string, thopterId: string): boolean {
  return tags.hub === hub && tags.thopter === thopterId;
}
