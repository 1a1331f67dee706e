import { expect } from "vitest";
import { ProviderError, StoreUnavailableError } from "../../src/core/errors.ts";
import { operationIs } from "../../src/core/operation.ts";
import type { Lane, OperationKind } from "../../src/core/operation.ts";
import type { Step, StepContext } from "../../src/core/ports/step.ts";
import type { Write } from "../../src/core/ports/store.ts";
import type { EngineHost } from "../contracts/engine/host.ts";
import { createWorld } from "../contracts/engine/world.ts";
import type { World } from "../contracts/engine/world.ts";
import type { Outcome } from "./soak-choices.ts";

/** A world in which much goes wrong, and that notes what must not be. */
export type Soak = {
  world: World;
  /** Rules that were broken, in words. */
  broken: string[];
  nextNumber(): string;
  note(rule: string): void;
  /** Takes all trouble away and waits until nothing is open, then destroys all there is. */
  finish(): Promise<void>;
  checkNothingLeft(): Promise<void>;
};

class Broken extends Error {
  override name = "Broken";
}

export async function createSoak(host: EngineHost, outcomes: readonly Outcome[]): Promise<Soak> {
  const broken: string[] = [];
  const note = (rule: string): unknown => broken.push(rule);
  const records = watchRecords(host, note);
  let calm = false;
  let taken = 0;
  let number = 0;

  function nextOutcome(): Outcome {
    if (calm) return "ok";
    taken += 1;
    return outcomes[taken % outcomes.length] ?? "ok";
  }

  function noisyStep(world: () => World, [kind, lane, name]: [OperationKind, Lane, string]): Step {
    const running = new Set<string>();
    async function run(context: StepContext): Promise<undefined> {
      const { id } = context.operation;
      const outcome = nextOutcome();
      const mark = `${id} ${name}`;
      if (records.hasSucceeded(id, name)) note(`${mark} began again though it had succeeded`);
      if (running.has(mark)) note(`${mark} overlaps itself`);
      // One that will be abandoned may be there still when the next attempt begins.
      if (outcome !== "stubborn") running.add(mark);
      try {
        if (name === "make") await context.record({ machineIntentAt: 1 });
        if (name === "freeze") await context.supersedeProvision();
        await end(outcome, context, world());
      } finally {
        running.delete(mark);
      }
      return undefined;
    }
    return { kind, lane, name, after: [], timeoutMs: 600_000, run };
  }

  /** Each life of the hub has steps of its own. */
  function steps(): Step[] {
    const step = (...what: [OperationKind, Lane, string]): Step => noisyStep(() => world, what);
    return [
      step("provision", "provision", "make"),
      { ...step("provision", "provision", "clone"), after: ["make"] },
      { ...step("provision", "provision", "context"), after: ["make"] },
      step("provision", "setup", "launch"),
      step("destroy", "destroy", "freeze"),
      { ...step("destroy", "destroy", "remove"), after: ["freeze"], pointOfNoReturn: true },
    ];
  }

  const world = await createWorld(async () => host, {
    steps,
    random: () => 0.9,
    limits: { thopters: 4, thoptersPerOwner: 3 },
    options: {
      ...{ maxAttempts: 4, queueTimeoutMs: 300_000, maxQueueSize: 8 },
      breaker: { failures: 3, halfOpenAfterMs: 30_000 },
    },
  });

  const soak: Soak = {
    ...{ world, broken, note, nextNumber: () => String((number += 1)).padStart(5, "0") },
    async finish() {
      calm = true;
      host.mendDisk();
      if (!host.isAlive) await world.reopen();
      await world.clock.advance(20_000);
      await world.engine.resume("all");
      await comeToRest(world);
      for (const { id: thopterId, name } of await world.engine.thopters()) {
        await world.destroy(name, { thopterId });
      }
      await comeToRest(world);
    },
    async checkNothingLeft() {
      const operations = await host.store.list("operation");
      expect(operations.filter(operationIs.open)).toEqual([]);
      expect(await world.engine.thopters()).toEqual([]);
      const thopters = await host.store.list("thopter");
      expect(thopters.every(({ status }) => status === "gone")).toBe(true);
      const { lanes, thopters: places } = await world.engine.status();
      expect(lanes.every(({ running, queued }) => running + queued === 0)).toBe(true);
      expect(places.used).toBe(0);
      expect(world.errors.filter((error) => !isExpected(error))).toEqual([]);
    },
  };
  return soak;
}

/** What goes wrong on purpose; anything else that is reported is a bug that healed itself. */
function isExpected(error: unknown): boolean {
  const kinds = [ProviderError, Broken, StoreUnavailableError];
  return kinds.some((kind) => error instanceof kind);
}

async function end(outcome: Outcome, { signal }: StepContext, { clock }: World): Promise<void> {
  const later = (ms: number): Promise<void> =>
    new Promise((resolve) => void clock.after(ms, resolve));
  switch (outcome) {
    case "ok":
      return;
    case "slow":
      return later(3000);
    case "transient":
      throw new ProviderError("hiccup", { kind: "transient" });
    case "rate limit":
      throw new ProviderError("slower", { kind: "rate_limit", retryAfterMs: 7000 });
    case "broken":
      throw new Broken("broken");
    case "hangs": {
      const stopped = new Promise((resolve) => signal.addEventListener("abort", resolve));
      await Promise.race([stopped, later(40_000)]);
      signal.throwIfAborted();
      return;
    }
    case "stubborn":
      return later(60_000);
  }
}

async function comeToRest(world: World): Promise<void> {
  for (let minute = 0; minute < 60; minute += 1) {
    if ((await world.engine.list({ status: ["queued", "running"] })).length === 0) return;
    await world.clock.advance(60_000);
  }
  const open = await world.engine.list({ status: ["queued", "running"] });
  const why = await Promise.all(open.map(({ id }) => world.engine.explain(id)));
  expect(why.map(({ operation, words }) => [operation.kind, operation.steps, words])).toEqual([]);
}

/** Follows every durable change and notes what must not be. */
function watchRecords({ store }: EngineHost, note: (rule: string) => unknown) {
  const versions = new Map<string, number>();
  const finished = new Set<string>();
  const succeeded = new Set<string>();
  const open = new Map<string, string>();

  function see({ kind, record }: Write): void {
    const key = `${kind} ${record.id}`;
    if (record.version !== (versions.get(key) ?? 0) + 1) note(`${key} skips a version`);
    versions.set(key, record.version);
    if (kind !== "operation") return;
    if (finished.has(record.id)) note(`${key} changed after its end`);
    for (const { name, status } of record.steps) {
      if (status === "succeeded") succeeded.add(`${record.id} ${name}`);
    }
    const place = `${record.kind} of ${record.thopterId}`;
    if (operationIs.finished(record)) {
      finished.add(record.id);
      if (open.get(place) === record.id) open.delete(place);
    } else if ((open.get(place) ?? record.id) === record.id) {
      open.set(place, record.id);
    } else {
      note(`there are two open operations: ${place}`);
    }
  }

  store.watch((writes) => writes.forEach(see));
  return {
    hasSucceeded: (id: string, step: string): boolean => succeeded.has(`${id} ${step}`),
  };
}
