import { moveOperation, operationIs } from "../core/operation.ts";
import type { Operation, StepRecord } from "../core/operation.ts";
import type { Store } from "../core/ports/store.ts";
import { holdsCapacity } from "../core/thopter.ts";
import { readPaused } from "./pauses.ts";
import type { EngineOptions } from "./options.ts";
import type { EngineState } from "./state.ts";

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
  const living = await store.list("thopter", {
    choice: {
      fields: ["status", "goneAt", "rescue"],
      isWanted({ id, status, goneAt = 0, rescue }) {
        // A rescue can be restored from for as long as its bundle is there.
        if (status === "gone" && goneAt < forgetBefore && rescue === undefined) old.push(id);
        return status !== "gone";
      },
    },
  });
  for (const thopter of living) {
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
  const isNeeded = createNeed(state);
  // Most of what is on record has ended long ago: that is passed over by its head.
  const needed = await store.list("operation", {
    newestFirst: true,
    choice: {
      fields: ["status", "kind", "thopterId", "key", "finishedAt"],
      isWanted(head) {
        const isOld = operationIs.finished(head) && (head.finishedAt ?? 0) < forgetBefore;
        if (isOld) old.push(head.id);
        return !isOld && isNeeded(head);
      },
    },
  });
  for (const operation of needed.toReversed()) {
    state.work.putOperation(operation);
    state.durable.load({ kind: "operation", record: operation });
  }
  if (old.length > 0) await store.purge("operation", old);
}

type Head = Pick<Operation, "status" | "kind" | "thopterId"> & { key?: string };

/**
 * Of operations from the newest to the oldest: the open ones, those with a key, and the last
 * provision of each living thopter (a repeat by name finds it).
 */
function createNeed(state: EngineState): (head: Head) => boolean {
  const provisioned = new Set<string>();
  return (head) => {
    if (operationIs.open(head) || head.key !== undefined) return true;
    if (head.kind !== "provision" || provisioned.has(head.thopterId)) return false;
    provisioned.add(head.thopterId);
    return state.work.thopter(head.thopterId) !== undefined;
  };
}
