import { lanes } from "../../src/core/operation.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import type { WorldOperation, WorldState } from "./schedule-world.ts";

/** What must be true of a schedule after every change, beside the plain schedule saying the same. */
export function checkAgreement(state: WorldState, real: Schedule, plain: Schedule): void {
  const next = real.next(state.now);
  demand(next === plain.next(state.now), "next", [next, plain.next(state.now)]);
  demand(real.wakeAt() === plain.wakeAt(), "wakeAt", [real.wakeAt(), plain.wakeAt()]);
  const open = [...state.operations.values()].filter(({ status }) => status !== "ended");
  const free = open.filter((operation) => isFree(state, operation, { real, plain }));
  checkNext(next, free);
  checkLanes(state, open, real);
  checkPlaces(state, real);
  noteDestroys(state, open, real);
}

/** Not `expect`: this runs millions of times. */
function demand(holds: boolean, what: string, facts: unknown): asserts holds {
  if (!holds) throw new Error(`${what}: ${JSON.stringify(facts)}`);
}

/** Whether a queued operation has no blockers; both schedules must give the same reasons. */
function isFree(
  state: WorldState,
  operation: WorldOperation,
  { real, plain }: { real: Schedule; plain: Schedule },
): boolean {
  const { id, status } = operation;
  demand(real.has(id), "has", id);
  const blockers = real.blockers(id, state.now);
  const [a, b] = [JSON.stringify(blockers), JSON.stringify(plain.blockers(id, state.now))];
  demand(a === b, `blockers of ${id}`, [a, b]);
  const ahead = real.ahead(id);
  demand(ahead === plain.ahead(id), `ahead of ${id}`, [ahead, plain.ahead(id)]);
  for (const { kind } of blockers) {
    state.seen.set(kind, (state.seen.get(kind) ?? 0) + 1);
    demand(kind !== "queue" || ahead > 0, "in a queue behind nobody", id);
  }
  if (status === "running") {
    demand(blockers.length === 0, "a running operation with blockers", a);
    return false;
  }
  demand(blockers.length > 0 || ahead === 0, "free, yet not first", id);
  return blockers.length === 0;
}

function checkNext(next: string | undefined, free: readonly WorldOperation[]): void {
  demand(
    next === undefined ? free.length === 0 : free.some(({ id }) => id === next),
    "next and blockers contradict each other",
    { next, free },
  );
  for (const lane of lanes) {
    const ofLane = free.filter((operation) => operation.lane === lane);
    demand(ofLane.length <= 1, "two heads in one lane", ofLane);
    const waits = lane === "destroy" && ofLane.length > 0 && ofLane[0]?.id !== next;
    demand(!waits, "a destroy waits for something else", { next, free });
  }
}

function checkLanes(state: WorldState, open: readonly WorldOperation[], real: Schedule): void {
  for (const lane of lanes) {
    const ofLane = open.filter((operation) => operation.lane === lane);
    const running = ofLane.filter(({ status }) => status === "running").length;
    demand(running <= state.limits.lanes[lane], "lane limit", { lane, running });
    const counts = real.counts(lane);
    const right = counts.running === running && counts.queued === ofLane.length - running;
    demand(right && counts.paused === state.paused.has(lane), "counts", { lane, counts });
  }
}

function checkPlaces({ places, operations }: WorldState, real: Schedule): void {
  demand(real.capacity.used === places.size, "places in use", [real.capacity.used, places.size]);
  for (const owner of new Set([...operations.values()].map(({ ownerId }) => ownerId))) {
    const own = [...places.values()].filter((ownerId) => ownerId === owner).length;
    demand(real.capacity.usedBy(owner) === own, "places of an owner", owner);
  }
  for (const id of places.keys()) demand(real.capacity.holds(id), "place", id);
}

function noteDestroys(state: WorldState, open: readonly WorldOperation[], real: Schedule): void {
  if (!open.some((operation) => isActiveDestroy(state, operation, real))) {
    state.lastWithoutDestroysAt = state.now;
  }
}

/** Runs, or is ready: nothing but a slot keeps it. */
export function isActiveDestroy(
  state: WorldState,
  { id, lane, status }: WorldOperation,
  real: Schedule,
): boolean {
  if (lane !== "destroy" || status === "ended") return false;
  if (status === "running") return true;
  return real.blockers(id, state.now).every(({ kind }) => kind === "lane-full" || kind === "queue");
}
