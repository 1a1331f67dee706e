import { createServer } from "node:http";
import { Hono } from "hono";
import type { Clock } from "../../core/ports/clock.ts";
import { ConnectionCut, cutsConnections, listenHere } from "../cut-connections.ts";
import { createApi } from "./api.ts";
import { createIdleBackend, type MachineBackend } from "./backend.ts";
import { createControl } from "./control.ts";
import { createFaults, type Faults } from "./faults.ts";
import { startProxy } from "./proxy.ts";
import { createRandom } from "./random.ts";
import { usualRules, type FlyRules } from "./rules.ts";
import { onBackend, type SimHost, type World } from "./world.ts";

export type FlySimulatorOptions = {
  clock: Clock;
  /** The same seed gives the same ids and chances. */
  seed?: number;
  rules?: Partial<FlyRules>;
  backend?: MachineBackend;
  /** Organisations by the token that may act in them. */
  tokens: Readonly<Record<string, string>>;
  /** The apps that are there from the start, with their organisation. */
  apps?: Readonly<Record<string, string>>;
};

export type FlySimulator = {
  /** Answers one request without a socket. */
  fetch(request: Request): Promise<Response>;
  /** Listens on this machine alone, and resolves with the base URL. */
  listen(port: number): Promise<string>;
  faults: Faults;
  world: World;
  /** Ends all machines and lets go of the port. */
  close(): Promise<void>;
};

/** A stand-in for Fly's Machines API that keeps its rules; README.md beside this lists them. */
export function createFlySimulator(options: FlySimulatorOptions): FlySimulator {
  const world = createWorld(options);
  const proxy = startProxy(world);
  const app = new Hono();
  app.route("/simulator", createControl(world));
  app.route("/", createApi(world));
  const listener = cutsConnections(app);
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));

  return {
    faults: world.faults,
    world,
    async fetch(request) {
      try {
        return await app.fetch(request);
      } catch (error) {
        if (error instanceof ConnectionCut) throw new TypeError("fetch failed", { cause: error });
        throw error;
      }
    },
    listen: (port) => listenHere(server, port),
    async close() {
      world.isClosed = true;
      await proxy.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
      const standing = [...world.machines.values()].filter(({ state }) => state !== "destroyed");
      await Promise.allSettled(
        standing.map((machine) => onBackend(world, machine, world.backend.remove)),
      );
    },
  };
}

function createWorld({ clock, seed = 1, rules, backend, tokens, apps = {} }: FlySimulatorOptions) {
  const all = { ...usualRules, ...rules };
  const hosts: SimHost[] = Object.entries(all.regions).flatMap(([region, { hosts: count }]) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ id: `${region}-${String(index + 1)}`, region, machines: 0, isUp: true },
    })),
  );
  const world: World = {
    ...{ clock, hosts, rules: all, random: createRandom(seed), faults: createFaults() },
    backend: backend ?? createIdleBackend(),
    tokens: new Map(Object.entries(tokens)),
    ...{ apps: new Map(), machines: new Map(), volumes: new Map() },
    ...{ watchers: new Set(), troubles: [], refusals: 0, isClosed: false },
  };
  for (const [name, org] of Object.entries(apps)) {
    const app = { name, org, network: "default", secrets: new Map(), secretsVersion: 0 };
    world.apps.set(name, app);
  }
  return world;
}
