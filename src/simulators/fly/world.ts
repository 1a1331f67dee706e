import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { BackendMachine, MachineBackend } from "./backend.ts";
import type { Faults } from "./faults.ts";
import { ulidAt, type Random } from "./random.ts";
import type { MachineConfig } from "./requests.ts";
import type { FlyRules } from "./rules.ts";

export type MachineState =
  | "created"
  | "starting"
  | "started"
  | "stopping"
  | "stopped"
  | "suspending"
  | "suspended"
  | "replacing"
  | "destroying"
  | "destroyed"
  | "failed";

export type SimEvent = { id: string; type: string; status: MachineState; at: number };

export type SimLease = {
  nonce: string;
  /** Seconds since the epoch. */
  expiresAt: number;
  owner: string;
  description: string;
  version: string;
};

export type SimMachine = {
  id: string;
  app: string;
  name: string;
  region: string;
  host: string;
  state: MachineState;
  instanceId: string;
  privateIp: string;
  config: MachineConfig;
  createdAt: number;
  updatedAt: number;
  events: SimEvent[];
  lease: SimLease | undefined;
  /** Grows with each change of state, so that a step of an earlier one does nothing. */
  turn: number;
  /** Starts are refused until then. */
  activeUntil: number;
  freshRoot: boolean;
  /** The work on what it really is, one after another. */
  work: Promise<void>;
};

export type SimVolume = {
  id: string;
  app: string;
  name: string;
  region: string;
  host: string;
  sizeGb: number;
  createdAt: number;
  machine: string | undefined;
};

export type SimApp = {
  name: string;
  org: string;
  network: string;
  secrets: Map<string, { value: string; version: number }>;
  secretsVersion: number;
};

export type SimHost = { id: string; region: string; machines: number; isUp: boolean };

export type World = {
  clock: Clock;
  random: Random;
  rules: FlyRules;
  backend: MachineBackend;
  faults: Faults;
  apps: Map<string, SimApp>;
  machines: Map<string, SimMachine>;
  volumes: Map<string, SimVolume>;
  hosts: SimHost[];
  /** Organisations by the token that may act in them. */
  tokens: Map<string, string>;
  /** Called with every machine that has changed its state. */
  watchers: Set<(machine: SimMachine) => void>;
  /** What went wrong inside the simulator, for its operator. */
  troubles: string[];
  /** How many requests came too often. */
  refusals: number;
  isClosed: boolean;
};

export function setState(
  world: World,
  machine: SimMachine,
  change: { state: MachineState; type: string },
): void {
  const at = world.clock.now();
  machine.state = change.state;
  machine.updatedAt = at;
  machine.turn += 1;
  const id = ulidAt(at, world.random);
  machine.events.push({ id, type: change.type, status: change.state, at });
  for (const watcher of world.watchers) watcher(machine);
}

/** Runs a later part of a change of state, unless another change has come between. */
export function later(world: World, machine: SimMachine, step: Later): void {
  const { turn } = machine;
  world.clock.after(step.ms, () => {
    if (machine.turn === turn && !world.isClosed) step.run();
  });
}
type Later = { ms: number; run: () => void };

/** Does something to what the machine really is, after what was asked of it before. */
export function onBackend(
  world: World,
  machine: SimMachine,
  work: (target: BackendMachine) => Promise<void>,
): Promise<void> {
  const done = machine.work.then(() => work(backendMachine(world, machine)));
  machine.work = done.catch((error: unknown) => {
    world.troubles.push(`${machine.id}: ${messageOf(error)}`);
  });
  return done;
}

export function backendMachine(world: World, machine: SimMachine): BackendMachine {
  const { id, app, name, config } = machine;
  const volumes = (config.mounts ?? []).map(({ volume, path }) => ({ id: volume, path }));
  const secrets = world.apps.get(app)?.secrets ?? new Map<string, { value: string }>();
  const env = Object.fromEntries([...secrets].map(([key, { value }]) => [key, value]));
  return { id, app, name, config: { ...config, env: { ...env, ...config.env } }, volumes };
}

function hostOf(world: World, machine: Pick<SimMachine, "host">): SimHost | undefined {
  return world.hosts.find(({ id }) => id === machine.host);
}

export function isUp(world: World, machine: Pick<SimMachine, "host">): boolean {
  return hostOf(world, machine)?.isUp ?? false;
}

export const namesOf = ({ id, name, region }: SimMachine): string[] => [id, name, region];
