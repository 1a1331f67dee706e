import { createHash } from "node:crypto";
import { monotonicFactory } from "ulid";
import { onTestFinished } from "vitest";
import type { Actor, Caller, Role } from "../../src/core/actor.ts";
import type { Person } from "../../src/core/person.ts";
import type { Engine } from "../../src/core/ports/engine.ts";
import type { ProvisionRequest } from "../../src/core/ports/fleet.ts";
import type { Git } from "../../src/core/ports/git.ts";
import type { Step } from "../../src/core/ports/step.ts";
import type { Store, Write } from "../../src/core/ports/store.ts";
import { createRedactor } from "../../src/core/redact.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { defaultEngineOptions } from "../../src/engine/options.ts";
import { createFleet } from "../../src/fleet.ts";
import type { RunningFleet } from "../../src/fleet.ts";
import { createVaults } from "../../src/secrets/vaults.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createTemplates } from "../../src/templates/templates.ts";
import { createManualClock, settle } from "../manual-clock.ts";
import type { ManualClock } from "../manual-clock.ts";
import { createMemoryKeep } from "./memory-keep.ts";
import type { MemoryKeep } from "./memory-keep.ts";
import { agentIn, createWorld, gitIn, providerIn, shellIn, stepsIn, terminalsIn } from "./world.ts";
import type { World } from "./world.ts";

export const minute = 60_000;
export const secret = "a-configured-secret";

const newId = monotonicFactory();

function person(id: string, role: Role): Person {
  return { id, version: 1, name: id, role, createdAt: 1 };
}

const people: Readonly<Record<string, Role>> = {
  ann: "operator",
  ben: "operator",
  ada: "admin",
  abe: "admin",
  vera: "viewer",
};

/** A caller of each sort, by name; agents act for the person before the dash. */
export const callers = {
  ann: as({ kind: "person", personId: "ann" }, "operator"),
  ben: as({ kind: "person", personId: "ben" }, "operator"),
  ada: as({ kind: "person", personId: "ada" }, "admin"),
  abe: as({ kind: "person", personId: "abe" }, "admin"),
  vera: as({ kind: "person", personId: "vera" }, "viewer"),
  annReading: { ...as({ kind: "person", personId: "ann" }, "operator"), readOnly: true },
  adaReading: { ...as({ kind: "person", personId: "ada" }, "admin"), readOnly: true },
  agent: as({ kind: "agent", personId: "ann", tokenId: "agent-1" }, "operator"),
  otherAgent: as({ kind: "agent", personId: "ann", tokenId: "agent-2" }, "operator"),
  adminAgent: as({ kind: "agent", personId: "ada", tokenId: "agent-3" }, "admin"),
} as const satisfies Record<string, Caller>;

function as(actor: Actor, role: Role): Caller {
  return { actor, role, front: actor.kind === "agent" ? "mcp" : "cli" };
}

export type Rig = {
  fleet: RunningFleet;
  engine: Engine;
  store: Store;
  clock: ManualClock;
  world: World;
  keep: MemoryKeep;
  /** What the fleet or the engine reported as gone wrong. */
  reports: { error: unknown; about: string }[];
  /** How many listen to the store now. */
  watchers(): number;
  provision(caller: Caller, patch?: Partial<ProvisionRequest>): Promise<Thopter>;
  thopter(id: string): Promise<Thopter>;
  /** The audit log as "who action outcome", oldest first. */
  auditLines(): Promise<string[]>;
  /** A new hub over the same store, clock and world, as after a crash. */
  restart(): Promise<Rig>;
};

export type RigOptions = {
  store?: Store;
  clock?: ManualClock;
  world?: World;
  keep?: MemoryKeep;
  agent?: string;
  ownLogins?: readonly string[];
  agentDestroyLimit?: number;
  approvalRetentionMs?: number;
  auditRetentionMs?: number;
  maxThopters?: number;
  maxQueueSize?: number;
  agentsMayUseLocalRepositories?: boolean;
  /** Other steps, and another git, than those of the world. */
  steps?: Step[];
  git?: Git;
  /** Where the hub's templates are; there are none without. */
  templates?: string;
};

/** The use cases over the real engine and a store in memory. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const { world = createWorld(), clock = createManualClock() } = options;
  const store = options.store ?? createMemoryStore();
  if ((await store.list("person")).length === 0) {
    const records = Object.entries(people).map(([id, role]) => person(id, role));
    await store.commit(records.map((record): Write => ({ kind: "person", record })));
  }
  const keep = options.keep ?? createMemoryKeep(clock);
  const reports: Rig["reports"] = [];
  let watching = 0;
  const watched: Store = {
    ...store,
    watch(listener) {
      watching += 1;
      const stop = store.watch(listener);
      let stopped = false;
      return () => {
        if (!stopped) watching -= 1;
        stopped = true;
        stop();
      };
    },
  };
  const redact = createRedactor([secret]);
  const shared = { store: watched, clock, newId, random: Math.random, redact };
  const engine = await createEngine(
    {
      ...shared,
      steps: options.steps ?? stepsIn(world),
      report: (error, about) => reports.push({ error, about: about?.id ?? "store" }),
    },
    {
      ...defaultEngineOptions,
      maxAttempts: 1,
      maxQueueSize: options.maxQueueSize ?? 1000,
      breaker: { failures: 100, halfOpenAfterMs: 1000 },
      limits: {
        lanes: { destroy: 5, provision: 1, setup: 5 },
        thopters: options.maxThopters ?? 50,
        thoptersPerOwner: 50,
        provisionMaxWaitMs: minute,
      },
    },
  );
  const fleet = await createFleet(
    {
      ...shared,
      engine,
      vaultFor: createVaults(Buffer.alloc(32, 7), redact),
      newSecret: () => newId().toLowerCase(),
      digest: (text) => createHash("sha256").update(text).digest("hex"),
      providers: { local: providerIn(world) },
      agents: { command: agentIn(world), claude: agentIn(world), codex: agentIn(world) },
      git: options.git ?? gitIn(world),
      terminals: terminalsIn(world),
      templates: createTemplates({ directory: options.templates ?? "/nowhere" }),
      identities: keep,
      sessions: {
        async use({ machineId }, _signal, work) {
          world.openSessions += 1;
          const places = { home: `/${machineId}/home`, run: `/${machineId}/run` };
          try {
            const session = { shell: shellIn(world), places, repositoryPath: places.home };
            return await work(session);
          } finally {
            world.openSessions -= 1;
          }
        },
      },
      launchRequest: async (_session, { task }) => ({ task, taskFile: "/task.md", env: {} }),
      cloneOf: ({ shell, repositoryPath }) => ({ shell, path: repositoryPath, scratch: "/s" }),
      report: (error, about) => reports.push({ error, about }),
    },
    {
      hubId: "hub-1",
      provider: "local",
      agent: options.agent ?? "command",
      ownLogins: options.ownLogins ?? [],
      agentDestroyLimit: options.agentDestroyLimit ?? 5,
      ...(options.approvalRetentionMs && { approvalRetentionMs: options.approvalRetentionMs }),
      ...(options.auditRetentionMs && { auditRetentionMs: options.auditRetentionMs }),
      agentsMayUseLocalRepositories: options.agentsMayUseLocalRepositories ?? false,
    },
  );
  await fleet.start();
  onTestFinished(() => fleet.stop());

  async function thopter(id: string): Promise<Thopter> {
    const found = await store.get("thopter", id);
    if (found === undefined) throw new Error(`There is no thopter "${id}"`);
    return found;
  }

  return {
    fleet,
    engine,
    store,
    clock,
    world,
    keep,
    reports,
    watchers: () => watching,
    thopter,
    async provision(caller, patch = {}) {
      const request = { task: "mend the gate", repository: "owner/gate", ...patch };
      const { thopter: made } = await fleet.provision(caller, request);
      await settle();
      return thopter(made.id);
    },
    async auditLines() {
      const entries = await store.list("audit");
      return entries.map(({ actor, action, outcome }) => {
        const who = actor.kind === "system" ? actor.name : `${actor.kind}:${actor.personId}`;
        return `${who} ${action} ${outcome}`;
      });
    },
    async restart() {
      await fleet.stop();
      await engine.drain(0);
      return startRig({ ...options, store, clock, world, keep });
    },
  };
}

/** What a call refuses with, as its code and its words. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no code";
    return `${code}: ${error instanceof Error ? error.message : String(error)}`;
  }
  throw new Error("It was not refused");
}
