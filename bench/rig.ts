import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicFactory } from "ulid";
import type { Lane } from "../src/core/operation.ts";
import type { Engine } from "../src/core/ports/engine.ts";
import type { Step } from "../src/core/ports/step.ts";
import type { Store } from "../src/core/ports/store.ts";
import type { Thopter } from "../src/core/thopter.ts";
import { createEngine } from "../src/engine/engine.ts";
import { defaultEngineOptions } from "../src/engine/options.ts";
import { createSqliteStore } from "../src/store/sqlite-store.ts";
import { createSystemClock } from "../src/system-clock.ts";

export const actor = { kind: "person", personId: "bench" } as const;
const clock = createSystemClock();
export const newId = monotonicFactory();

/** A directory of its own for one measurement, removed afterwards. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), "thopter-bench-"));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function openStore(directory: string): Promise<Store> {
  return createSqliteStore({
    directory,
    hub: { pid: process.pid, startedAt: Date.now() },
    onError: (error) => {
      throw error;
    },
  });
}

export function destroyStep(run: () => Promise<void>): Step {
  return {
    name: "destroy-machine",
    kind: "destroy",
    lane: "destroy",
    after: [],
    timeoutMs: 60_000,
    async run() {
      await run();
      return undefined;
    },
  };
}

export function openEngine(
  store: Store,
  steps: readonly Step[],
  lanes: Partial<Record<Lane, number>> = {},
): Promise<Engine> {
  return createEngine(
    {
      store,
      clock,
      newId,
      random: Math.random,
      steps,
      redact: (text) => text,
      report: (error) => {
        throw error;
      },
    },
    {
      ...defaultEngineOptions,
      limits: {
        lanes: { destroy: 5, provision: 1, setup: 5, ...lanes },
        thopters: 1_000_000,
        thoptersPerOwner: 1_000_000,
        provisionMaxWaitMs: 60_000,
      },
    },
  );
}

function readyThopter(number: number): Thopter {
  return {
    id: newId(),
    version: 1,
    name: `bench-${number}`,
    ownerId: "bench",
    createdBy: actor,
    labels: [],
    task: "measure",
    repository: "https://localhost/owner/name",
    branch: `thopter/bench-${number}`,
    provider: "local",
    agent: "command",
    status: "ready",
    readyAt: Date.now(),
    keepOnFailure: false,
    createdAt: Date.now(),
  };
}

/** Puts thopters on record, as if they had been provisioned. */
export async function seedThopters(store: Store, count: number): Promise<Thopter[]> {
  const thopters = Array.from({ length: count }, (_, number) => readyThopter(number));
  for (let from = 0; from < count; from += 1000) {
    await store.commit(
      thopters.slice(from, from + 1000).map((record) => ({ kind: "thopter", record })),
    );
  }
  return thopters;
}

/** Resolves once this many operations have succeeded durably. */
export function whenSucceeded(store: Store, count: number): Promise<void> {
  return new Promise((resolve) => {
    let done = 0;
    const stop = store.watch((writes) => {
      for (const { kind, record } of writes)
        if (kind === "operation" && record.status === "succeeded") done += 1;
      if (done < count) return;
      stop();
      resolve();
    });
  });
}

export function destroyAll(engine: Engine, thopters: readonly Thopter[]): Promise<unknown> {
  return Promise.all(
    thopters.map(({ id }) =>
      engine.submit([{ kind: "destroy", thopterId: id, actor, front: "cli" }]),
    ),
  );
}
