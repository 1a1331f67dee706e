import { refuse } from "./reply.ts";
import { onBackend, type SimHost, type World } from "./world.ts";

type Place = { region: string; names: readonly string[]; volumeHost?: string | undefined };

/** The host for a new machine, or a refusal as Fly words it. */
export function placeMachine(world: World, place: Place): SimHost {
  const { region, names, volumeHost } = place;
  const target = { names: [...names, region] };
  if (world.rules.regions[region] === undefined) {
    throw refuse(400, `invalid_argument: region ${region} not found`);
  }
  if (world.faults.take("no-region", target) !== undefined) throw regionIsFull(region);
  const inRegion = world.hosts.filter((host) => host.region === region && host.isUp);
  if (volumeHost !== undefined) return onVolumeHost(world, volumeHost, target.names);
  if (world.faults.take("full-host", target) !== undefined) throw hostIsFull();
  const free = inRegion.toSorted((a, b) => a.machines - b.machines)[0];
  if (free === undefined || isFull(world, free)) throw regionIsFull(region);
  return free;
}

function onVolumeHost(world: World, hostId: string, names: readonly string[]): SimHost {
  const host = world.hosts.find(({ id }) => id === hostId);
  const full = world.faults.take("full-volume-host", { names: [...names, hostId] });
  if (full !== undefined || host === undefined || !host.isUp) {
    throw refuse(
      412,
      "failed_precondition: volume host has no room for this machine",
      "volume_placement_capacity",
    );
  }
  if (isFull(world, host) || world.faults.take("full-host", { names }) !== undefined) {
    throw hostIsFull();
  }
  return host;
}

/** The host for a new volume: with compute hints one that also has room for the machine. */
export function placeVolume(world: World, region: string, hasHints: boolean): SimHost {
  const hosts = world.hosts.filter((host) => host.region === region && host.isUp);
  if (hosts.length === 0) throw refuse(400, "invalid_argument: no capacity for volume in region");
  const emptiest = hosts.toSorted((a, b) => a.machines - b.machines);
  // Without hints Fly looks at disks alone, and may choose a host with no room for a machine.
  const host = hasHints ? emptiest[0] : emptiest.at(-1);
  if (host === undefined) throw refuse(500, "internal: no host");
  return host;
}

function isFull(world: World, host: SimHost): boolean {
  return host.machines >= (world.rules.regions[host.region]?.machinesPerHost ?? 0);
}

const hostIsFull = () =>
  refuse(
    409,
    "aborted: could not reserve resource for machine: insufficient memory available to fulfill request on the current host",
  );
const regionIsFull = (region: string) =>
  refuse(422, `insufficient resources available in region ${region}`, "insufficient_capacity");

/** Takes a host down with all that runs on it. */
export function takeHostDown(world: World, hostId: string): void {
  const host = world.hosts.find(({ id, isUp }) => id === hostId && isUp);
  if (host === undefined) return;
  host.isUp = false;
  for (const machine of world.machines.values()) {
    // What fails there is in the list of troubles.
    if (machine.host === hostId) {
      onBackend(world, machine, world.backend.halt).catch(() => undefined);
    }
  }
}
