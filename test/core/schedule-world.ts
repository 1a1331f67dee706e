import { expect } from "vitest";
import type { ScheduleLimits } from "../../src/core/lane-rules.ts";
import { higherPriority, lanes, rankOf } from "../../src/core/operation.ts";
import type { Lane, OperationKind, Priority } from "../../src/core/operation.ts";
import { createSchedule } from "../../src/core/schedule.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import { createPlainSchedule } from "./plain-schedule.ts";
import { checkAgreement } from "./schedule-agreement.ts";
import { checkStart } from "./schedule-start.ts";

export type WorldOperation = {
  id: string;
  kind: OperationKind;
  lane: Lane;
  status: "queued" | "running" | "ended";
  thopterId: string;
  ownerId: string;
  provider: string;
  createdAt: number;
  priority: Priority;
  after: string[];
  notBefore: number | undefined;
};

type WorldThopter = { id: string; ownerId: string; provider: string; keep: boolean };

export type WorldState = {
  limits: ScheduleLimits;
  now: number;
  operations: Map<string, WorldOperation>;
  thopters: Map<string, WorldThopter>;
  /** Thopters that hold a place in the fleet. */
  places: Map<string, string>;
  paused: Set<Lane>;
  draining: boolean;
  storage: boolean;
  /** When a provision last started, and when no destroy was last seen to run or be ready. */
  lastProvisionAt: number;
  lastWithoutDestroysAt: number;
  /** How often each interesting thing happened. */
  seen: Map<string, number>;
};

/** How an operation that runs comes to its end, or does not. */
export type Ending = "succeed" | "fail" | "retry";

export type World = ReturnType<typeof createWorld>;

/**
 * What the engine does around the schedule, in miniature: it keeps the records, plays every change
 * on the real schedule and on the plain one, and compares the two after each.
 */
export function createWorld(limits: ScheduleLimits, seen = new Map<string, number>()) {
  const state: WorldState = {
    limits,
    now: 1_000_000_000,
    operations: new Map(),
    thopters: new Map(),
    places: new Map(),
    paused: new Set(),
    draining: false,
    storage: true,
    lastProvisionAt: 0,
    lastWithoutDestroysAt: 0,
    seen,
  };
  let real = createSchedule(limits);
  let plain = createPlainSchedule(limits);
  let made = 0;

  const see = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
  const newId = (kind: string): string => `${kind}-${String((made += 1)).padStart(4, "0")}`;
  const open = (): WorldOperation[] =>
    [...state.operations.values()].filter(({ status }) => status !== "ended");
  const openOf = (thopterId: string, kind: OperationKind): WorldOperation | undefined =>
    open().find((one) => one.thopterId === thopterId && one.kind === kind);

  function both(change: (schedule: Schedule) => void): void {
    change(real);
    change(plain);
  }

  function add(operation: WorldOperation): void {
    operation.status = "queued";
    const after = operation.after.filter((id) => state.operations.get(id)?.status !== "ended");
    both((schedule) => schedule.add({ ...operation, after, rank: rankOf(operation) }, state.now));
  }

  function submit(
    kind: OperationKind,
    thopter: WorldThopter,
    rest: { priority: Priority; after: string[] },
  ): void {
    const operation: WorldOperation = {
      ...rest,
      id: newId(kind),
      kind,
      lane: kind,
      status: "queued",
      thopterId: thopter.id,
      ownerId: thopter.ownerId,
      provider: thopter.provider,
      createdAt: state.now,
      notBefore: undefined,
    };
    state.operations.set(operation.id, operation);
    add(operation);
  }

  function provision(
    thopter: Omit<WorldThopter, "id">,
    rest: { priority: Priority; after: string[] },
  ): void {
    const requested = { ...thopter, id: newId("thopter") };
    state.thopters.set(requested.id, requested);
    submit("provision", requested, rest);
  }

  function destroy(thopter: WorldThopter, rest: { priority: Priority; after: string[] }): void {
    const joined = openOf(thopter.id, "destroy");
    if (joined?.status === "running") return;
    if (joined !== undefined) {
      see("join");
      joined.priority = higherPriority(joined.priority, rest.priority);
      joined.notBefore = undefined;
      both((schedule) => schedule.remove(joined.id, state.now));
      return add(joined);
    }
    submit("destroy", thopter, rest);
    const superseded = openOf(thopter.id, "provision");
    if (superseded?.status === "queued") takeOut(superseded);
  }

  /** An engine's machine that nobody asked for: it counts as soon as it is known. */
  function adopt(ownerId: string, provider: string): void {
    const thopter = { id: newId("thopter"), ownerId, provider, keep: false };
    state.thopters.set(thopter.id, thopter);
    reserve(thopter);
  }

  function reserve({ id, ownerId }: { id: string; ownerId: string }): void {
    state.places.set(id, ownerId);
    both((schedule) => schedule.reserve(id, ownerId, state.now));
  }

  function end(operation: WorldOperation): void {
    operation.status = "ended";
    both((schedule) => schedule.finish(operation.id, state.now));
  }

  function takeOut(operation: WorldOperation): void {
    both((schedule) => schedule.remove(operation.id, state.now));
    end(operation);
  }

  function cancel(operation: WorldOperation): void {
    takeOut(operation);
    if (operation.kind === "provision") cleanUp(operation.thopterId);
  }

  /** What a failed or canceled provision made is destroyed, unless it is kept or a destroy is open. */
  function cleanUp(thopterId: string): void {
    const thopter = state.thopters.get(thopterId);
    if (thopter === undefined) return;
    if (!state.places.has(thopterId)) state.thopters.delete(thopterId);
    else if (!thopter.keep && openOf(thopterId, "destroy") === undefined) {
      destroy(thopter, { priority: "normal", after: [] });
    }
  }

  function finish(operation: WorldOperation, ending: Ending, backoffMs: number): void {
    if (ending === "succeed" && operation.kind === "destroy") abandonProvision(operation.thopterId);
    both((schedule) => schedule.release(operation.id, state.now));
    if (ending === "retry") {
      operation.notBefore = state.now + backoffMs;
      return add(operation);
    }
    if (ending === "succeed" && operation.lane === "provision") {
      operation.lane = "setup";
      return add(operation);
    }
    end(operation);
    if (operation.kind === "provision" && ending === "fail") cleanUp(operation.thopterId);
    if (operation.kind === "destroy" && ending === "succeed") vacate(operation.thopterId);
  }

  function abandonProvision(thopterId: string): void {
    const left = openOf(thopterId, "provision");
    if (left === undefined) return;
    see("abandon");
    if (left.status === "queued") return takeOut(left);
    both((schedule) => schedule.release(left.id, state.now));
    end(left);
  }

  function vacate(thopterId: string): void {
    state.places.delete(thopterId);
    state.thopters.delete(thopterId);
    both((schedule) => schedule.vacate(thopterId, state.now));
  }

  function startNext(): boolean {
    const id = real.next(state.now);
    expect(id).toBe(plain.next(state.now));
    if (id === undefined) return false;
    // `next` names what was added.
    const operation = state.operations.get(id) as WorldOperation;
    checkStart(state, operation, real);
    both((schedule) => schedule.start(id, state.now));
    operation.status = "running";
    operation.notBefore = undefined;
    if (operation.lane === "provision") {
      state.places.set(operation.thopterId, operation.ownerId);
      state.lastProvisionAt = state.now;
    }
    check();
    return true;
  }

  /** The hub dies and reads its records back; what ran is queued again. */
  function crash(reserveLast: boolean): void {
    real = createSchedule(limits);
    plain = createPlainSchedule(limits);
    state.draining = false;
    state.storage = true;
    for (const lane of state.paused) both((schedule) => schedule.setPaused(lane, true, state.now));
    const places = [...state.places].map(([id, ownerId]) => ({ id, ownerId }));
    if (!reserveLast) for (const place of places) reserve(place);
    for (const operation of open()) add(operation);
    if (reserveLast) for (const place of places) reserve(place);
  }

  function check(): void {
    checkAgreement(state, real, plain);
  }

  return {
    state,
    get schedule() {
      return real;
    },
    open,
    openOf,
    both,
    see,
    check,
    provision,
    destroy,
    adopt,
    cancel,
    finish,
    startNext,
    crash,
    setPaused(lane: Lane, on: boolean): void {
      if (on) state.paused.add(lane);
      else state.paused.delete(lane);
      both((schedule) => schedule.setPaused(lane, on, state.now));
    },
    setDraining(on: boolean): void {
      state.draining = on;
      both((schedule) => schedule.setDraining(on, state.now));
    },
    setStorage(on: boolean): void {
      state.storage = on;
      both((schedule) => schedule.setStorage(on, state.now));
    },
    advance(ms: number): void {
      state.now += ms;
    },
    resumeAll(): void {
      for (const lane of lanes) this.setPaused(lane, false);
      this.setDraining(false);
      this.setStorage(true);
      for (const { provider, lane } of real.breakers.list()) {
        both((schedule) => schedule.setBreaker({ provider, lane }, undefined, state.now));
      }
    },
  };
}
