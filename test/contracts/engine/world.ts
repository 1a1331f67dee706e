import { monotonicFactory } from "ulid";
import type { Actor } from "../../../src/core/actor.ts";
import { UserError } from "../../../src/core/errors.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type {
  DestroySubmission,
  Engine,
  ProvisionSubmission,
} from "../../../src/core/ports/engine.ts";
import type { Write } from "../../../src/core/ports/store.ts";
import type { Step } from "../../../src/core/ports/step.ts";
import type { Thopter } from "../../../src/core/thopter.ts";
import { defaultEngineOptions } from "../../../src/engine/options.ts";
import type { EngineOptions } from "../../../src/engine/options.ts";
import { createManualClock } from "../../manual-clock.ts";
import type { ManualClock } from "../../manual-clock.ts";
import type { Death, EngineHost, OpenHost } from "./host.ts";
import { createScript, standardSteps } from "./script.ts";
import type { Script } from "./script.ts";

export const ann: Actor = { kind: "person", personId: "ann" };
export const ben: Actor = { kind: "person", personId: "ben" };

/** What a test asks of an engine, its clock and its steps. */
export type World = Script & {
  host: EngineHost;
  clock: ManualClock;
  /** The engine that was opened last. */
  readonly engine: Engine;
  readonly options: EngineOptions;
  /** What the engine reported as gone wrong. */
  errors: unknown[];
  provision(name: string, patch?: Partial<ProvisionSubmission>): Promise<Operation>;
  destroy(name: string, patch?: Partial<DestroySubmission>): Promise<Operation>;
  /** Puts a thopter that is ready on record, before the engine is opened. */
  ready(...names: string[]): Promise<void>;
  idOf(name: string): string;
  thopter(name: string): Promise<Thopter | undefined>;
  /** "succeeded", or the lane where it waits: "queued in setup". */
  statusOf(operation: Operation): Promise<string>;
  destroyOf(name: string): Promise<Operation | undefined>;
  /** A new engine over the same records. */
  reopen(patch?: Partial<EngineOptions>, death?: Death): Promise<void>;
  quiet(): Promise<void>;
};

export type WorldSetup = {
  options?: Partial<EngineOptions>;
  limits?: Partial<EngineOptions["limits"]>;
  steps?: (script: Script) => Step[];
  random?: () => number;
  /** Names of thopters that are ready from the start. */
  ready?: string[];
  death?: Death;
};

export async function createWorld(openHost: OpenHost, setup: WorldSetup = {}): Promise<World> {
  const host = await openHost();
  const newId = monotonicFactory();
  const quiet = (): Promise<void> => host.quiet();
  const clock = createManualClock(undefined, quiet);
  const script = createScript();
  const ids = new Map<string, string>();
  let options = optionsOf(setup);
  let engine: Engine | undefined;

  function idOf(name: string): string {
    const id = ids.get(name) ?? newId(clock.now());
    ids.set(name, id);
    return id;
  }

  async function open(death?: Death): Promise<void> {
    const random = setup.random ?? ((): number => 0.5);
    const report = (error: unknown): unknown => world.errors.push(error);
    const steps = (setup.steps ?? standardSteps)(script);
    engine = await host.open(
      { clock, newId: () => newId(clock.now()), random, steps, options, report },
      death,
    );
  }

  async function submitOne(
    submission: ProvisionSubmission | DestroySubmission,
  ): Promise<Operation> {
    const [submitted] = await world.engine.submit([submission]);
    if (submitted === undefined) throw new Error("nothing was submitted");
    return submitted.operation;
  }

  const world: World = {
    ...{ ...script, host, clock, errors: [], quiet, idOf },
    get engine() {
      if (engine === undefined) throw new Error("no engine is open");
      return engine;
    },
    get options() {
      return options;
    },
    provision: (name, patch) => submitOne(askProvision(world, name, patch)),
    destroy: (name, patch) => submitOne(askDestroy(world, name, patch)),
    async ready(...names) {
      const made = names.map((name) => makeThopter(world, name, { status: "ready", readyAt: 1 }));
      await host.store.commit(made.map((record) => ({ kind: "thopter", record })));
    },
    thopter: (name) => host.store.get("thopter", idOf(name)),
    async statusOf({ id }) {
      const found = await world.engine.get(id);
      if (found?.status !== "queued") return found?.status ?? "unknown";
      return `queued in ${found.lane}`;
    },
    async destroyOf(name) {
      const found = await world.engine.list({ thopterId: idOf(name) });
      return found.find(({ kind }) => kind === "destroy");
    },
    async reopen(patch = {}, death) {
      host.crash();
      options = { ...options, ...patch };
      await open(death);
      await quiet();
    },
  };
  if (setup.ready !== undefined) await world.ready(...setup.ready);
  await open(setup.death);
  return world;
}

function optionsOf({ options, limits }: WorldSetup): EngineOptions {
  return {
    ...defaultEngineOptions,
    limits: {
      lanes: { destroy: 2, provision: 1, setup: 2 },
      ...{ thopters: 20, thoptersPerOwner: 20, provisionMaxWaitMs: 60_000 },
      ...limits,
    },
    ...options,
  };
}

export function makeThopter(world: World, name: string, patch: Partial<Thopter> = {}): Thopter {
  return {
    ...{ id: world.idOf(name), version: 1, name, ownerId: "ann", createdBy: ann, labels: [] },
    ...{ task: "mend the gate", repository: "https://example.com/gate.git" },
    ...{ branch: `thopter/${name}`, provider: "local", agent: "command", status: "requested" },
    ...{ keepOnFailure: false, createdAt: world.clock.now() },
    ...patch,
  };
}

export function askProvision(
  world: World,
  name: string,
  patch: Partial<ProvisionSubmission> = {},
): ProvisionSubmission {
  const thopter = makeThopter(world, name);
  return { kind: "provision", thopter, fingerprint: name, actor: ann, front: "cli", ...patch };
}

export function askDestroy(
  world: World,
  name: string,
  patch: Partial<DestroySubmission> = {},
): DestroySubmission {
  return { kind: "destroy", thopterId: world.idOf(name), actor: ann, front: "cli", ...patch };
}

/** The code and the words with which a request is refused. */
export async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return `${error.code}: ${error.message}`;
  throw new Error("it was not refused", { cause: error });
}

/** Everything on record, to see that nothing changed. */
export async function records({ host }: World): Promise<unknown> {
  return [await host.store.list("operation"), await host.store.list("thopter")];
}

/** A record beside the engine's own. */
export function setting(version: number): Write {
  return { kind: "setting", record: { id: "beside", version, value: "x" } };
}
