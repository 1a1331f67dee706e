import { monotonicFactory } from "ulid";
import { vi } from "vitest";
import type { Actor } from "../../src/core/actor.ts";
import { operationIs } from "../../src/core/operation.ts";
import type { Operation, StepRecord } from "../../src/core/operation.ts";
import type { Clock } from "../../src/core/ports/clock.ts";
import type { DestroySubmission, Engine } from "../../src/core/ports/engine.ts";
import type { Step } from "../../src/core/ports/step.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Thopter } from "../../src/core/thopter.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { defaultEngineOptions } from "../../src/engine/options.ts";
import { createSystemClock } from "../../src/system-clock.ts";

const systemClock = createSystemClock();

export const ann: Actor = { kind: "person", personId: "ann" };

const newId = monotonicFactory();

/** A running engine over steps, with what a test asks of it. */
export type Hub = {
  engine: Engine;
  store: Store;
  /** What the engine reported as gone wrong. */
  errors: unknown[];
  provision(patch?: Partial<Thopter>): Promise<Operation>;
  destroy(thopterId: string, patch?: Partial<DestroySubmission>): Promise<Operation>;
  /** The operation once it has ended. */
  ended(operationId: string): Promise<Operation>;
  /** The last destroy of a thopter, once it has ended. */
  destroyed(thopterId: string): Promise<Operation>;
  thopter(id: string): Promise<Thopter>;
};

export function makeThopter(patch: Partial<Thopter> = {}): Thopter {
  return {
    id: newId(),
    version: 1,
    name: "calm-otter",
    ownerId: "ann",
    createdBy: ann,
    labels: [],
    task: "mend the gate",
    repository: "https://example.com/gate.git",
    branch: "thopter/calm-otter",
    provider: "local",
    agent: "command",
    status: "requested",
    keepOnFailure: false,
    createdAt: Date.now(),
    ...patch,
  };
}

export async function startHub(
  { store, steps, clock = systemClock }: { store: Store; steps: readonly Step[]; clock?: Clock },
  options: { graceMs?: number } = {},
): Promise<Hub> {
  const errors: unknown[] = [];
  const engine = await createEngine(
    {
      ...{ store, clock, newId, steps, random: () => 0, redact: (text: string) => text },
      report: (error) => errors.push(error),
    },
    {
      ...defaultEngineOptions,
      graceMs: options.graceMs ?? 2000,
      maxAttempts: 3,
      breaker: { failures: 100, halfOpenAfterMs: 1000 },
      limits: {
        lanes: { destroy: 5, provision: 1, setup: 5 },
        thopters: 20,
        thoptersPerOwner: 20,
        provisionMaxWaitMs: 60_000,
      },
    },
  );

  async function ended(operationId: string): Promise<Operation> {
    return vi.waitFor(
      async () => {
        const operation = await engine.get(operationId);
        if (operation === undefined || operationIs.open(operation)) {
          throw new Error(`still open: ${JSON.stringify(operation?.steps)}`);
        }
        return operation;
      },
      { timeout: 30_000, interval: 5 },
    );
  }

  return {
    engine,
    store,
    errors,
    ended,
    async provision(patch) {
      const thopter = makeThopter(patch);
      return submit(engine, { kind: "provision", thopter, fingerprint: thopter.id });
    },
    async destroy(thopterId, patch) {
      return submit(engine, { kind: "destroy", thopterId, ...patch });
    },
    async destroyed(thopterId) {
      return vi.waitFor(async () => {
        const [last] = (await engine.list({ thopterId })).filter(({ kind }) => kind === "destroy");
        if (last === undefined) throw new Error("there is no destroy yet");
        return ended(last.id);
      }, 30_000);
    },
    async thopter(id) {
      const thopter = await store.get("thopter", id);
      if (thopter === undefined) throw new Error(`no thopter "${id}"`);
      return thopter;
    },
  };
}

type Asked =
  | { kind: "provision"; thopter: Thopter; fingerprint: string }
  | ({ kind: "destroy"; thopterId: string } & Partial<DestroySubmission>);

async function submit(engine: Engine, asked: Asked): Promise<Operation> {
  const [submitted] = await engine.submit([{ actor: ann, front: "cli", ...asked }]);
  if (submitted === undefined) throw new Error("nothing was submitted");
  return submitted.operation;
}

export function stepOf(operation: Operation, name: string): StepRecord | undefined {
  return operation.steps.find((step) => step.name === name);
}
