import { takeHostDown } from "./hosts.ts";
import { isUp, later, namesOf, onBackend, setState } from "./world.ts";
import type { SimMachine, World } from "./world.ts";

/** From an answered create or start to a machine that runs, or has failed to. */
export function boot(world: World, machine: SimMachine): void {
  setState(world, machine, { state: "starting", type: "start" });
  const { turn, freshRoot } = machine;
  const names = { names: namesOf(machine) };
  if (world.faults.take("never-boots", names) !== undefined) return;
  const fails = world.faults.take("fails-boot", names) !== undefined;
  const fullVolume = world.faults.take("full-volume", names) !== undefined;
  const settle = (works: boolean): void => {
    if (machine.turn !== turn) return;
    later(world, machine, {
      ms: world.rules.bootMs,
      run: () => (works ? started(world, machine) : failed(world, machine)),
    });
  };
  if (fails) {
    settle(false);
    return;
  }
  const booted = onBackend(world, machine, (target) =>
    world.backend.boot(target, { freshRoot, fullVolume }),
  );
  machine.freshRoot = false;
  booted.then(
    () => settle(true),
    () => settle(false),
  );
}

function failed(world: World, machine: SimMachine): void {
  setState(world, machine, { state: "failed", type: "launch" });
}

function started(world: World, machine: SimMachine): void {
  setState(world, machine, { state: "started", type: "start" });
  const names = { names: namesOf(machine) };
  const dropped = world.faults.take("dropped-ssh", names);
  if (dropped !== undefined) dropLater(world, machine, dropped.ms ?? 2000);
  if (world.faults.take("host-down", names) !== undefined) takeHostDown(world, machine.host);
  if (world.faults.take("revoked-token", names) !== undefined) world.tokens.clear();
}

function dropLater(world: World, machine: SimMachine, ms: number): void {
  later(world, machine, {
    ms,
    run() {
      // What fails there is in the list of troubles.
      onBackend(world, machine, world.backend.dropConnections).catch(() => undefined);
    },
  });
}

/** Stops or suspends a machine that runs. */
export function halt(
  world: World,
  machine: SimMachine,
  { to }: { to: "stopped" | "suspended" },
): void {
  const during = to === "stopped" ? "stopping" : "suspending";
  setState(world, machine, { state: during, type: to === "stopped" ? "stop" : "suspend" });
  const slow = world.faults.take("slow-stop", { names: namesOf(machine) });
  const ms = (to === "stopped" ? world.rules.stopMs : world.rules.suspendMs) + (slow?.ms ?? 0);
  const { turn } = machine;
  const rest = (): void => {
    if (machine.turn !== turn) return;
    later(world, machine, { ms, run: () => rested(world, machine, to) });
  };
  onBackend(world, machine, world.backend.halt).then(rest, rest);
}

function rested(world: World, machine: SimMachine, to: "stopped" | "suspended"): void {
  setState(world, machine, { state: to, type: "exit" });
  if (to === "suspended") return;
  machine.activeUntil = world.clock.now() + world.rules.stillActiveMs;
  machine.freshRoot = machine.config.rootfs?.persist !== "always";
}

/** Destroys a machine; one whose host is down stays in `destroying` until the host is back. */
export function destroy(world: World, machine: SimMachine): void {
  setState(world, machine, { state: "destroying", type: "destroy" });
  if (isUp(world, machine)) finishDestroy(world, machine);
}

function finishDestroy(world: World, machine: SimMachine): void {
  const { turn } = machine;
  const gone = (): void => {
    if (machine.turn !== turn) return;
    later(world, machine, { ms: world.rules.destroyMs, run: () => destroyed(world, machine) });
  };
  onBackend(world, machine, world.backend.remove).then(gone, gone);
}

function destroyed(world: World, machine: SimMachine): void {
  for (const volume of world.volumes.values()) {
    if (volume.machine === machine.id) volume.machine = undefined;
  }
  const host = world.hosts.find(({ id }) => id === machine.host);
  if (host !== undefined) host.machines -= 1;
  machine.lease = undefined;
  setState(world, machine, { state: "destroyed", type: "destroy" });
}

/** Brings a host back: what ran there boots again, and what was to be destroyed is. */
export function bringHostUp(world: World, hostId: string): void {
  const host = world.hosts.find(({ id, isUp: up }) => id === hostId && !up);
  if (host === undefined) return;
  host.isUp = true;
  for (const machine of world.machines.values()) {
    if (machine.host !== hostId) continue;
    if (machine.state === "destroying") finishDestroy(world, machine);
    else if (machine.state === "started" || machine.state === "starting") boot(world, machine);
  }
}
