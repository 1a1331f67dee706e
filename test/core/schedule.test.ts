import { describe, expect, it } from "vitest";
import type { ScheduleLimits } from "../../src/core/lane-rules.ts";
import { createSchedule } from "../../src/core/schedule.ts";
import type { Schedule, ScheduledOperation } from "../../src/core/schedule.ts";

const limits: ScheduleLimits = {
  lanes: { destroy: 2, provision: 1, setup: 2 },
  thopters: 3,
  thoptersPerOwner: 2,
  provisionMaxWaitMs: 60_000,
};
const t0 = 1_000_000;

function op(id: string, patch: Partial<ScheduledOperation> = {}): ScheduledOperation {
  const thopterId = `thopter of ${id}`;
  return {
    id,
    lane: "provision",
    rank: t0,
    thopterId,
    ownerId: "ann",
    provider: "fly",
    after: [],
    ...patch,
  };
}

function scheduleOf(...operations: ScheduledOperation[]): Schedule {
  const schedule = createSchedule(limits);
  for (const operation of operations) schedule.add(operation, t0);
  return schedule;
}

/** Starts all that may start, and answers with their ids in that order. */
function startAll(schedule: Schedule, now = t0): string[] {
  const started: string[] = [];
  for (let id = schedule.next(now); id !== undefined; id = schedule.next(now)) {
    schedule.start(id, now);
    started.push(id);
  }
  return started;
}

function kinds(schedule: Schedule, id: string, now = t0): string[] {
  return schedule.blockers(id, now).map(({ kind }) => kind);
}

describe("the lanes", () => {
  it("run as many as their limits allow, and say so of the rest", () => {
    const schedule = scheduleOf(
      op("a", { lane: "destroy" }),
      op("b", { lane: "destroy" }),
      op("c", { lane: "destroy" }),
    );
    expect(startAll(schedule)).toEqual(["a", "b"]);
    expect(schedule.blockers("c", t0)).toEqual([
      { kind: "lane-full", lane: "destroy", running: 2, limit: 2 },
    ]);
    schedule.release("a", t0);
    expect(startAll(schedule)).toEqual(["c"]);
  });

  it("start the smallest rank first, and of equal ranks the smaller id", () => {
    const schedule = scheduleOf(
      op("b", { lane: "setup" }),
      op("a", { lane: "setup" }),
      op("c", { lane: "setup", rank: t0 - 1 }),
    );
    expect(startAll(schedule)).toEqual(["c", "a"]);
    expect(schedule.ahead("b")).toBe(0);
  });

  it("start a destroy whatever provisions do", () => {
    const schedule = scheduleOf(op("p"));
    expect(startAll(schedule)).toEqual(["p"]);
    schedule.setPaused("provision", true, t0);
    schedule.add(op("d", { lane: "destroy" }), t0);
    expect(startAll(schedule)).toEqual(["d"]);
  });

  it("start a provision only when no destroy runs or is ready, a paused one being neither", () => {
    const schedule = scheduleOf(op("p"), op("d", { lane: "destroy" }));
    expect(kinds(schedule, "p")).toEqual(["destroys-first"]);
    expect(startAll(schedule)).toEqual(["d"]);
    expect(kinds(schedule, "p")).toEqual(["destroys-first"]);
    schedule.setPaused("destroy", true, t0);
    expect(startAll(schedule)).toEqual([]);
    schedule.release("d", t0);
    schedule.add(op("e", { lane: "destroy" }), t0);
    expect(startAll(schedule)).toEqual(["p"]);
  });

  it("start one provision in spite of destroys after its longest wait, and count again", () => {
    const schedule = scheduleOf(op("d", { lane: "destroy" }));
    startAll(schedule);
    schedule.add(op("p"), t0 + 5);
    schedule.add(op("q", { ownerId: "ben" }), t0 + 6);
    const at = t0 + 5 + 60_000;
    expect(schedule.wakeAt()).toBe(at);
    expect(startAll(schedule, at - 1)).toEqual([]);
    expect(startAll(schedule, at)).toEqual(["p"]);
    expect(schedule.wakeAt()).toBeUndefined();
    schedule.release("p", at + 10);
    expect(schedule.wakeAt()).toBe(at + 10 + 60_000);
  });

  it("do not count the time in which something else held provisions", () => {
    const schedule = scheduleOf(op("d", { lane: "destroy" }), op("p"));
    startAll(schedule);
    schedule.setPaused("provision", true, t0 + 50_000);
    schedule.setPaused("provision", false, t0 + 55_000);
    expect(startAll(schedule, t0 + 60_000)).toEqual([]);
    expect(schedule.wakeAt()).toBe(t0 + 115_000);
  });

  it("start nothing while draining or while the disk takes no writes", () => {
    const schedule = scheduleOf(op("d", { lane: "destroy" }));
    schedule.setDraining(true, t0);
    schedule.setStorage(false, t0);
    expect(kinds(schedule, "d")).toEqual(["storage", "draining"]);
    expect(schedule.next(t0)).toBeUndefined();
    schedule.setDraining(false, t0);
    schedule.setStorage(true, t0);
    expect(schedule.next(t0)).toBe("d");
  });
});

describe("the fleet's places", () => {
  it("are taken by the start of a provision, and free again only when the thopter is gone", () => {
    const schedule = scheduleOf(op("p"));
    startAll(schedule);
    schedule.release("p", t0);
    expect(schedule.capacity.holds("thopter of p")).toBe(true);
    schedule.vacate("thopter of p", t0);
    schedule.vacate("thopter of p", t0);
    expect([schedule.capacity.used, schedule.capacity.usedBy("ann")]).toEqual([0, 0]);
  });

  it("let others pass an owner who has all that the quota gives", () => {
    const schedule = scheduleOf(op("a"), op("b", { ownerId: "ben" }));
    for (const id of ["x", "y"]) schedule.reserve(id, "ann", t0);
    expect(kinds(schedule, "a")).toEqual(["quota"]);
    expect(startAll(schedule)).toEqual(["b"]);
    expect(kinds(schedule, "a")).toEqual(["lane-full", "capacity", "quota"]);
  });

  it("keep nobody waiting who has one already, whichever was known first", () => {
    const schedule = scheduleOf(op("p"));
    for (const id of ["thopter of p", "x", "y"]) schedule.reserve(id, "ann", t0);
    expect(startAll(schedule)).toEqual(["p"]);
  });

  it("are asked for again by a provision whose thopter lost its own", () => {
    const schedule = createSchedule(limits);
    schedule.reserve("thopter of p", "ann", t0);
    schedule.add(op("p"), t0);
    schedule.vacate("thopter of p", t0);
    for (const id of ["x", "y", "z"]) schedule.reserve(id, "ben", t0);
    expect(kinds(schedule, "p")).toEqual(["capacity"]);
    expect(schedule.next(t0)).toBeUndefined();
  });
});

describe("a breaker", () => {
  it("closes one lane of one provider, and admits one at a time when it is half open", () => {
    const schedule = scheduleOf(
      op("a", { lane: "destroy" }),
      op("b", { lane: "destroy" }),
      op("c", { lane: "destroy", provider: "local" }),
    );
    const target = { provider: "fly", lane: "destroy" } as const;
    schedule.setBreaker(target, { state: "open", until: t0 + 9 }, t0);
    expect(startAll(schedule)).toEqual(["c"]);
    expect(schedule.blockers("a", t0)).toEqual([
      { kind: "breaker", provider: "fly", state: "open", until: t0 + 9 },
    ]);
    schedule.setBreaker(target, { state: "half-open" }, t0);
    schedule.release("c", t0);
    expect(startAll(schedule)).toEqual(["a"]);
    expect(kinds(schedule, "b")).toEqual(["breaker"]);
    schedule.setBreaker(target, undefined, t0);
    expect(startAll(schedule)).toEqual(["b"]);
  });
});

describe("an operation", () => {
  it("waits for others to finish, then for its own time", () => {
    const schedule = scheduleOf(op("a", { after: ["x", "y"], notBefore: t0 + 9 }));
    schedule.finish("x", t0);
    expect(schedule.blockers("a", t0)).toEqual([{ kind: "after", operationIds: ["y"] }]);
    expect(schedule.wakeAt()).toBeUndefined();
    schedule.finish("y", t0);
    expect(schedule.blockers("a", t0)).toEqual([{ kind: "backoff", until: t0 + 9 }]);
    expect(schedule.wakeAt()).toBe(t0 + 9);
    expect(startAll(schedule, t0 + 9)).toEqual(["a"]);
  });

  it("is known until it is taken out or has let its slot go", () => {
    const schedule = scheduleOf(op("a"), op("b", { after: ["a"] }));
    schedule.remove("b", t0);
    startAll(schedule);
    schedule.remove("a", t0);
    expect([schedule.has("a"), schedule.has("b")]).toEqual([true, false]);
    schedule.finish("a", t0);
    schedule.release("a", t0);
    expect(schedule.has("a")).toBe(false);
    expect(schedule.counts("provision")).toEqual({ running: 0, queued: 0, paused: false });
  });

  it("is refused twice, refused a start before it is ready, and must be known", () => {
    const schedule = scheduleOf(op("a"), op("b", { after: ["a"] }));
    expect(() => schedule.add(op("a"), t0)).toThrow("twice");
    expect(() => schedule.start("b", t0)).toThrow("not ready");
    startAll(schedule);
    expect(() => schedule.start("a", t0)).toThrow("not ready");
    expect(() => schedule.blockers("nix", t0)).toThrow(`Cannot find operation "nix"`);
  });
});
