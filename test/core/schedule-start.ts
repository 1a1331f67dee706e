import { expect } from "vitest";
import type { Schedule } from "../../src/core/schedule.ts";
import { isActiveDestroy } from "./schedule-agreement.ts";
import type { WorldOperation, WorldState } from "./schedule-world.ts";

/** What must be true of an operation that is about to start, judged by the world's own records. */
export function checkStart(state: WorldState, operation: WorldOperation, real: Schedule): void {
  const { lane, after, notBefore = 0 } = operation;
  expect(operation.status).toBe("queued");
  expect({ ...pick(state), paused: state.paused.has(lane) }).toEqual({
    draining: false,
    storage: true,
    paused: false,
  });
  expect(notBefore).toBeLessThanOrEqual(state.now);
  for (const id of after) expect(state.operations.get(id)?.status).toBe("ended");
  checkBreaker(state, operation, real);
  if (lane !== "provision") return;
  if (!state.places.has(operation.thopterId)) checkPlace(state, operation);
  checkDestroysFirst(state, real);
}

function pick({ draining, storage }: WorldState): { draining: boolean; storage: boolean } {
  return { draining, storage };
}

function checkBreaker(state: WorldState, { lane, provider }: WorldOperation, real: Schedule): void {
  const breaker = real.breakers.get(provider, lane);
  expect(breaker?.state).not.toBe("open");
  if (breaker === undefined) return;
  count(state, "half-open start");
  const probes = [...state.operations.values()].filter(
    (other) => other.status === "running" && other.lane === lane && other.provider === provider,
  );
  expect(probes).toEqual([]);
}

function checkPlace(state: WorldState, { ownerId, id }: WorldOperation): void {
  const own = [...state.places.values()].filter((owner) => owner === ownerId).length;
  expect(state.places.size).toBeLessThan(state.limits.thopters);
  expect(own).toBeLessThan(state.limits.thoptersPerOwner);
  const earlier = [...state.operations.values()].some(
    (other) => other.lane === "provision" && other.status === "queued" && other.id < id,
  );
  if (earlier) count(state, "passed over");
}

function checkDestroysFirst(state: WorldState, real: Schedule): void {
  const operations = [...state.operations.values()];
  if (!operations.some((operation) => isActiveDestroy(state, operation, real))) return;
  count(state, "started in spite of destroys");
  const since = Math.max(state.lastProvisionAt, state.lastWithoutDestroysAt);
  expect(state.now - since).toBeGreaterThanOrEqual(state.limits.provisionMaxWaitMs);
}

function count({ seen }: WorldState, what: string): void {
  seen.set(what, (seen.get(what) ?? 0) + 1);
}
