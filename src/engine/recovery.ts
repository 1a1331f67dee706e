import { moveOperation, operationIs } from "../core/operation.ts";
import type { Operation, StepRecord } from "../core/operation.ts";
import type { Store } from "../core/ports/store.ts";
import { holdsCapacity } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import { readPaused } from "./pauses.ts";
import type { EngineOptions } from "./options.ts";
import type { EngineState } from "./state.ts";

/** How many records are read at once: memory stays flat however long the history is. */
const pageSize = 2000;

/** Whether the last process died (its running steps count as crashed) or only lost its disk for a while. */
export type Reason = "start" | "storage";

/** Reads everything back and queues what was under way, without counting an attempt. */
export async function recover(
  { store, state }: { store: Store; state: EngineState },
  options: EngineOptions,
  reason: Reason,
): Promise<void> {
  const now = state.clock.now();
  state.reset();
  await readThopters(store, state, now - options.retentionMs);
  await readOperations(store, state, now - options.retentionMs);
  for (const lane of await readPaused(store)) state.schedule.setPaused(lane, true, now);
  for (const operation of state.work.operations()) {
    const resumed = operation.status === "running" ? resume(operation, reason) : operation;
    const kept = resumed === operation ? operation : state.putOperation(resumed);
    state.schedule.add(state.scheduled(kept), now);
  }
}

/** How often the hub died in the same step of an operation. */
export function crashesOf(operation: Operation): number {
  return Math.max(0, ...operation.steps.map((step) => step.crashes ?? 0));
}

function resume(operation: Operation, reason: Reason): Operation {
  const steps = operation.steps.map((step) => interrupted(step, reason));
  return moveOperation(operation, "queued", { steps });
}

function interrupted(step: StepRecord, reason: Reason): StepRecord {
  if (step.status !== "running") return step;
  if (reason === "storage") return { ...step, status: "failed" };
  return { ...step, status: "failed", crashes: (step.crashes ?? 0) + 1 };
}

async function readThopters(store: Store, state: EngineState, forgetBefore: number): Promise<void> {
  const old: string[] = [];
  for await (const thopter of pages(store, "thopter")) {
    if (thopter.status === "gone") {
      // A rescue can be restored from for as long as its bundle is there.
      const isOld = (thopter.goneAt ?? 0) < forgetBefore && thopter.rescue === undefined;
      if (isOld) old.push(thopter.id);
      continue;
    }
    state.work.putThopter(thopter);
    state.durable.load({ kind: "thopter", record: thopter });
    if (holdsCapacity(thopter)) {
      state.schedule.reserve(thopter.id, thopter.ownerId, state.clock.now());
    }
  }
  if (old.length > 0) await store.purge("thopter", old);
}

async function readOperations(
  store: Store,
  state: EngineState,
  forgetBefore: number,
): Promise<void> {
  const old: string[] = [];
  for await (const operation of pages(store, "operation")) {
    if (operationIs.finished(operation) && (operation.finishedAt ?? 0) < forgetBefore) {
      old.push(operation.id);
    } else if (isNeeded(operation, state)) {
      state.work.putOperation(operation);
      state.durable.load({ kind: "operation", record: operation });
    }
  }
  if (old.length > 0) await store.purge("operation", old);
}

/** Open operations, the provisions of living thopters (a repeat by name finds them), and those with a key. */
function isNeeded(operation: Operation, state: EngineState): boolean {
  if (operationIs.open(operation) || operation.key !== undefined) return true;
  return operation.kind === "provision" && state.work.thopter(operation.thopterId) !== undefined;
}

async function* pages<K extends "thopter" | "operation">(
  store: Store,
  kind: K,
): AsyncGenerator<K extends "thopter" ? Thopter : Operation> {
  let after: string | undefined;
  for (;;) {
    const page = await store.list(
      kind,
      after === undefined ? { limit: pageSize } : { limit: pageSize, after },
    );
    // A page of one kind holds records of that kind.
    yield* page as (K extends "thopter" ? Thopter : Operation)[];
    if (page.length < pageSize) return;
    after = page.at(-1)?.id;
  }
}
