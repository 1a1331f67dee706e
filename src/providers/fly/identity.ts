import { createHash } from "node:crypto";
import type { Machine, MachineRequest, MachineTags } from "../../core/ports/provider.ts";
import type { FlyMachine } from "./answers.ts";

/** What a machine's metadata is called at Fly. */
const keys = {
  hub: "thopter_hub",
  thopter: "thopter_id",
  operation: "thopter_operation",
  name: "thopter_name",
  port: "thopter_port",
};
/** The metadata that names the operation which has a machine. */
export const operationKey = keys.operation;
/** What is left of a name before the digests; Fly's names have at most 63 characters. */
const longestName = 40;
const unknown = "unknown";

const digest = (...parts: string[]): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/**
 * The name at Fly: the same for the same thopter of the same hub, and no other's. Fly refuses a
 * second machine of one name, which is what keeps a create from happening twice.
 */
export function flyNameOf({ name, tags }: MachineRequest): string {
  const readable = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, longestName);
  const start = readable.replaceAll(/^-+|-+$/g, "") || "thopter";
  return `${start}-${digest(tags.hub).slice(0, 6)}-${digest(tags.hub, tags.thopter).slice(0, 8)}`;
}

/** Volumes of a hub's pool have this name. */
export const poolNameOf = (hub: string): string => `thopter_${digest(hub).slice(0, 10)}`;

export function metadataOf(
  { name, tags }: MachineRequest,
  publicPort?: number,
): Record<string, string> {
  const { hub, thopter, operation } = tags;
  return {
    ...(publicPort === undefined ? {} : { [keys.port]: String(publicPort) }),
    [keys.hub]: hub,
    [keys.thopter]: thopter,
    [keys.operation]: operation,
    [keys.name]: name,
  };
}

const metadataIn = ({ config, incomplete_config }: FlyMachine): Record<string, string> =>
  config?.metadata ?? incomplete_config?.metadata ?? {};

/** The machine's port at its app's public address, where it has one. */
export function publicPortOf(machine: FlyMachine): number | undefined {
  const text = metadataIn(machine)[keys.port];
  return text === undefined ? undefined : Number(text);
}

/** The tags of a machine that a hub made; undefined for any other. */
export function tagsOf(machine: FlyMachine): MachineTags | undefined {
  const metadata = metadataIn(machine);
  const hub = metadata[keys.hub];
  const thopter = metadata[keys.thopter];
  if (hub === undefined || thopter === undefined) return undefined;
  return { hub, thopter, operation: metadata[keys.operation] ?? unknown };
}

/**
 * The tags of a machine of this hub. While its host does not answer, its name alone tells whose it
 * is: then its thopter is not known, and yet it is not gone.
 */
export function ownTagsOf(machine: FlyMachine, hub: string): MachineTags | undefined {
  const tags = tagsOf(machine);
  if (tags !== undefined) return tags.hub === hub ? tags : undefined;
  const isHidden = (machine.config ?? undefined) === undefined;
  const isOurs = machine.name.includes(`-${digest(hub).slice(0, 6)}-`);
  return isHidden && isOurs ? { hub, thopter: unknown, operation: unknown } : undefined;
}

export const isGone = ({ state }: FlyMachine): boolean => state === "destroyed";

const running = ["started"];
const resting = ["stopped", "stopping", "suspended", "suspending"];
const ended = ["failed", "launch_failed", "destroying", "destroyed", "replaced", "migrated"];

export function machineOf(machine: FlyMachine, tags: MachineTags): Machine {
  const { id, state, created_at } = machine;
  const name = metadataIn(machine)[keys.name] ?? machine.name;
  return { id, name, tags, status: statusOf(state), createdAt: Date.parse(created_at) };
}

function statusOf(state: string): Machine["status"] {
  if (running.includes(state)) return "running";
  if (resting.includes(state)) return "stopped";
  return ended.includes(state) ? "failed" : "starting";
}
