import type { Call } from "./call.ts";
import { placeMachine } from "./hosts.ts";
import { giveLease, guardLease } from "./leases.ts";
import { boot, destroy, halt } from "./lifecycle.ts";
import { ulidAt } from "./random.ts";
import { fine, FlyRefusal, refuse, type Reply } from "./reply.ts";
import { createMachineRequest, read, stopRequest, updateMachineRequest } from "./requests.ts";
import type { CreateMachineRequest } from "./requests.ts";
import { backendMachine, isUp, later, setState } from "./world.ts";
import type { SimMachine, SimVolume, World } from "./world.ts";
import { showMachine } from "./wire.ts";

/** The machine that a path names; one that was just made is not there yet for a reader that is behind. */
export function findMachine({ world, app, params, isFresh }: Call): SimMachine {
  const machine = world.machines.get(params["machine"] ?? "");
  const now = world.clock.now();
  const isMissing = machine === undefined || machine.app !== app.name;
  if (isMissing || (!isFresh && now - machine.createdAt < world.rules.listLagMs)) throw unknown();
  const age = now - machine.updatedAt;
  if (machine.state === "destroyed" && age > world.rules.destroyedVisibleMs) throw unknown();
  return machine;
}

const unknown = () => refuse(404, "not_found: machine not found");

/** Makes a machine. Everything is checked before anything is made. */
export function createMachine(call: Call): Reply {
  const { world, app } = call;
  const request = read(createMachineRequest, call.body);
  const id = world.random.hex(14);
  const name = request.name ?? `machine-${id}`;
  world.faults.arm(name);
  const late = world.faults.take("late-create", { names: [name] });
  if (late !== undefined) {
    world.clock.after(late.ms ?? 5000, () => {
      if (!world.isClosed && nameIsFree(world, app.name, name))
        tryMake(call, { request, id, name });
    });
    throw refuse(408, "deadline_exceeded: request took too long");
  }
  if (!nameIsFree(world, app.name, name)) {
    throw refuse(409, `already_exists: unique machine name violation, machine ID ${id}`);
  }
  return { status: 200, body: make(call, { request, id, name }) };
}

function nameIsFree(world: World, app: string, name: string): boolean {
  return [...world.machines.values()].every(
    (machine) => machine.app !== app || machine.name !== name || machine.state === "destroyed",
  );
}

/** Makes what nobody waits for any more; where that is refused, nobody hears of it. */
function tryMake(call: Call, wanted: New): void {
  try {
    make(call, wanted);
  } catch (error) {
    if (!(error instanceof FlyRefusal)) throw error;
  }
}

type New = { request: CreateMachineRequest; id: string; name: string };

function make(call: Call, { request, id, name }: New): Record<string, unknown> {
  const { world, app } = call;
  guardQuota(world, app.org, name);
  const volume = freeVolume(call, request);
  const region = request.region ?? volume?.region ?? "iad";
  const host = placeMachine(world, { region, names: [name], volumeHost: volume?.host });
  const now = world.clock.now();
  const machine: SimMachine = {
    ...{ id, name, region, app: app.name, host: host.id, config: request.config },
    ...{ state: "created", createdAt: now, updatedAt: now, events: [], turn: 0 },
    ...{ instanceId: ulidAt(now, world.random), lease: undefined, activeUntil: 0 },
    ...{ privateIp: inventAddress(world), freshRoot: true, work: Promise.resolve() },
  };
  machine.privateIp = world.backend.addressOf(backendMachine(world, machine)) ?? machine.privateIp;
  world.machines.set(id, machine);
  host.machines += 1;
  if (volume !== undefined) volume.machine = id;
  setState(world, machine, { state: "created", type: "launch" });
  if (request.skip_launch !== true) {
    // What is made rests in `created` for a moment, and is started from there.
    later(world, machine, { ms: world.rules.bootMs / 5, run: () => boot(world, machine) });
  }
  const shown = showMachine(world, machine);
  const ttl = request.lease_ttl;
  return ttl === undefined ? shown : { ...shown, nonce: giveLease(world, machine, { ttl }).nonce };
}

function inventAddress({ random }: World): string {
  return `fdaa:0:${random.hex(4)}:a7b:${random.hex(2)}:${random.hex(4)}:${random.hex(4)}:2`;
}

function guardQuota(world: World, org: string, name: string): void {
  const standing = [...world.machines.values()].filter(
    ({ app, state }) => world.apps.get(app)?.org === org && state !== "destroyed",
  );
  const isOver = world.faults.take("over-quota", { names: [name] }) !== undefined;
  if (isOver || standing.length >= world.rules.machinesPerOrg) {
    throw refuse(403, "permission_denied: organization is over the allowed quota of machines");
  }
}

function freeVolume({ world, app }: Call, request: CreateMachineRequest): SimVolume | undefined {
  const [mount, second] = request.config.mounts ?? [];
  if (mount === undefined) return undefined;
  if (second !== undefined) throw refuse(400, "invalid_argument: only one volume per machine");
  const volume = world.volumes.get(mount.volume);
  if (volume === undefined || volume.app !== app.name) {
    throw refuse(404, "not_found: volume not found");
  }
  if (volume.machine !== undefined) {
    throw refuse(412, `failed_precondition: volume ${volume.id} is already attached`);
  }
  if (request.region !== undefined && request.region !== volume.region) {
    throw refuse(400, `invalid_argument: volume ${volume.id} is in region ${volume.region}`);
  }
  return volume;
}

/** Replaces a machine's configuration; its mounts stay what they were. */
export function updateMachine(call: Call, machine: SimMachine): Reply {
  const { world } = call;
  const request = read(updateMachineRequest, call.body);
  guardLease(call, machine);
  const { current_version: version } = request;
  if (version !== undefined && version !== machine.instanceId) {
    throw refuse(409, "aborted: machine update failed due to concurrent update");
  }
  const mounts = JSON.stringify(request.config.mounts ?? []);
  if (mounts !== JSON.stringify(machine.config.mounts ?? [])) {
    throw refuse(400, "invalid_argument: volumes of a machine cannot be changed");
  }
  machine.config = request.config;
  machine.instanceId = ulidAt(world.clock.now(), world.random);
  machine.freshRoot = machine.config.rootfs?.persist !== "always";
  setState(world, machine, { state: "replacing", type: "update" });
  later(world, machine, {
    ms: world.rules.stopMs,
    run() {
      if (request.skip_launch === true) {
        setState(world, machine, { state: "stopped", type: "update" });
      } else boot(world, machine);
    },
  });
  return { status: 200, body: showMachine(world, machine) };
}

export function startMachine(call: Call, machine: SimMachine): Reply {
  const { world } = call;
  guardLease(call, machine);
  const { state } = machine;
  const answer = { previous_state: state, migrated: false, new_host: "" };
  if (state === "started" || state === "starting") return { status: 200, body: answer };
  if (state === "replacing") {
    throw refuse(412, "failed_precondition: machine getting replaced, refusing to start");
  }
  if (state !== "stopped" && state !== "suspended" && state !== "failed") {
    throw refuse(
      412,
      `failed_precondition: unable to start machine from current state: '${state}'`,
    );
  }
  if (world.clock.now() < machine.activeUntil) {
    throw refuse(412, "failed_precondition: machine still active, refusing to start");
  }
  guardHost(world, machine);
  boot(world, machine);
  return { status: 200, body: answer };
}

function guardHost(world: World, machine: SimMachine): void {
  if (!isUp(world, machine)) throw refuse(503, "unavailable: the host cannot be reached");
}

export function haltMachine(call: Call, machine: SimMachine, to: "stopped" | "suspended"): Reply {
  const { world } = call;
  read(stopRequest, call.body);
  guardLease(call, machine);
  const { state } = machine;
  if (state === to || (to === "stopped" && state === "stopping")) return fine;
  if (to === "stopped" && state === "suspended") {
    setState(world, machine, { state: "stopped", type: "stop" });
    return fine;
  }
  if (state !== "started" && state !== "starting") {
    throw refuse(412, `failed_precondition: unable to stop machine from current state: '${state}'`);
  }
  guardHost(world, machine);
  halt(world, machine, { to });
  return fine;
}

const restingStates = ["stopped", "suspended", "failed", "created"];

export function destroyMachine(call: Call, machine: SimMachine): Reply {
  const { world, query } = call;
  if (machine.state === "destroyed") throw unknown();
  guardLease(call, machine);
  if (query.get("force") !== "true" && !restingStates.includes(machine.state)) {
    throw refuse(
      412,
      "failed_precondition: unable to destroy machine, not currently stopped, suspended, or failed",
    );
  }
  if (machine.state !== "destroying") destroy(world, machine);
  return fine;
}
