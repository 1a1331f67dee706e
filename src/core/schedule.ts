import type { Blocker } from "./blocker.ts";
import type { Breakers, BreakerState } from "./breakers.ts";
import type { Capacity } from "./capacity.ts";
import { createLaneBoard } from "./lane-board.ts";
import type { LaneBoard } from "./lane-board.ts";
import { groupBlockers, isHeldByDestroysAlone, laneBlockers } from "./lane-rules.ts";
import type { ScheduleLimits } from "./lane-rules.ts";
import type { Lane } from "./operation.ts";
import { createReadiness } from "./readiness.ts";
import type { Readiness } from "./readiness.ts";

/** What the schedule needs to know of an operation. */
export type ScheduledOperation = {
  id: string;
  lane: Lane;
  /** Smaller goes first; see `rankOf`. */
  rank: number;
  thopterId: string;
  ownerId: string;
  provider: string;
  /** Not before this time, in milliseconds since the epoch. */
  notBefore?: number | undefined;
  /** The operations it waits for that have not finished yet. */
  after: readonly string[];
};

/**
 * The lane rules over what is open now: which operation starts next, and why every other one does
 * not. It knows no clock and does no work; each change and decision costs O(log n).
 */
export type Schedule = {
  /** Whether it is queued or runs. */
  /** Whether it is queued or runs here. */
  has(id: string): boolean;
  add(operation: ScheduledOperation, now: number): void;
  /** Takes a queued operation out; one that runs keeps its slot until `release`. */
  remove(id: string, now: number): void;
  /** Starts what `next` named: it holds a slot of its lane, and a provision holds a place in the fleet. */
  start(id: string, now: number): void;
  /** Frees the slot; the operation may be added again. */
  release(id: string, now: number): void;
  /** Operations that waited for this one to finish need wait no longer. */
  finish(id: string, now: number): void;
  reserve(thopterId: string, ownerId: string, now: number): void;
  /** Gives back a thopter's place in the fleet. */
  vacate(thopterId: string, now: number): void;
  setPaused(lane: Lane, paused: boolean, now: number): void;
  setDraining(draining: boolean, now: number): void;
  /** Whether records can be written; nothing starts while they cannot. */
  setStorage(available: boolean, now: number): void;
  setBreaker(
    target: { provider: string; lane: Lane },
    state: BreakerState | undefined,
    now: number,
  ): void;
  /** The operation to start now, if any. */
  next(now: number): string | undefined;
  /** Why an operation does not start now; empty for the one that would, and for one that runs. */
  blockers(id: string, now: number): Blocker[];
  /** How many ready operations of its lane go first. O(n). */
  ahead(id: string): number;
  /** When to ask `next` again if nothing changes before, in milliseconds since the epoch. */
  wakeAt(): number | undefined;
  counts(lane: Lane): { running: number; queued: number; paused: boolean };
  readonly capacity: Pick<Capacity, "used" | "usedBy" | "holds">;
  readonly breakers: Pick<Breakers, "get" | "list">;
};

type Entry = ScheduledOperation & { stage: "held-back" | "ready" | "running" };

type Parts = {
  entries: Map<string, Entry>;
  queued: Record<Lane, number>;
  readiness: Readiness<Entry>;
  board: LaneBoard<Entry>;
};

/** The order in which lanes are asked for work: a destroy never waits for a provision. */
const laneOrder: readonly Lane[] = ["destroy", "setup", "provision"];

export function createSchedule(limits: ScheduleLimits): Schedule {
  const board = createLaneBoard<Entry>(limits);
  const parts: Parts = {
    entries: new Map(),
    queued: { destroy: 0, provision: 0, setup: 0 },
    readiness: createReadiness(),
    board,
  };
  const { capacity, breakers } = board.facts;
  return { ...changes(parts), ...switches(parts), ...questions(parts), capacity, breakers };
}

type Questions = "has" | "next" | "blockers" | "ahead" | "wakeAt" | "counts";
type Switches = "setPaused" | "setDraining" | "setStorage" | "setBreaker";
type Changes = Exclude<keyof Schedule, Questions | Switches | "capacity" | "breakers">;

function changes(parts: Parts): Pick<Schedule, Changes> {
  const { entries, queued, readiness, board } = parts;

  function dequeue(entry: Entry): void {
    if (entry.stage === "ready") board.leave(entry);
    else readiness.drop(entry);
    queued[entry.lane] -= 1;
  }

  return {
    add(operation, now) {
      if (entries.has(operation.id)) {
        throw new Error(`Cannot add operation "${operation.id}" to the schedule twice`);
      }
      const entry: Entry = { ...operation, stage: "held-back" };
      entries.set(entry.id, entry);
      queued[entry.lane] += 1;
      if (readiness.admit(entry, now)) makeReady(parts, [entry]);
      settle(parts, now);
    },
    remove(id, now) {
      const entry = entryNamed(parts, id);
      if (entry.stage === "running") return;
      dequeue(entry);
      entries.delete(id);
      settle(parts, now);
    },
    start(id, now) {
      const entry = entryNamed(parts, id);
      if (entry.stage !== "ready") {
        throw new Error(`Cannot start operation "${id}": it is ${entry.stage}, not ready`);
      }
      dequeue(entry);
      entry.stage = "running";
      board.occupy(entry);
      if (entry.lane === "provision") {
        board.facts.heldSince = undefined;
        board.reserve(entry.thopterId, entry.ownerId);
      }
      settle(parts, now);
    },
    release(id, now) {
      if (!board.free(entryNamed(parts, id))) return;
      entries.delete(id);
      settle(parts, now);
    },
    finish(id, now) {
      makeReady(parts, readiness.finish(id, now));
      settle(parts, now);
    },
    reserve(thopterId, ownerId, now) {
      board.reserve(thopterId, ownerId);
      settle(parts, now);
    },
    vacate(thopterId, now) {
      board.vacate(thopterId);
      settle(parts, now);
    },
  };
}

function switches(parts: Parts): Pick<Schedule, Switches> {
  const { board } = parts;
  const { facts } = board;
  return {
    setPaused(lane, paused, now) {
      facts.lanes[lane].paused = paused;
      settle(parts, now);
    },
    setDraining(draining, now) {
      facts.draining = draining;
      settle(parts, now);
    },
    setStorage(available, now) {
      facts.storage = available;
      settle(parts, now);
    },
    setBreaker(target, state, now) {
      board.setBreaker(target, state);
      settle(parts, now);
    },
  };
}

function questions(parts: Parts): Pick<Schedule, Questions> {
  const { entries, queued, readiness, board } = parts;
  const { facts } = board;

  function mayStart(lane: Lane, now: number): boolean {
    return (
      facts.lanes[lane].queue.head() !== undefined && laneBlockers(facts, lane, now).length === 0
    );
  }

  return {
    has: (id) => entries.has(id),
    next(now) {
      settle(parts, now);
      const lane = laneOrder.find((name) => mayStart(name, now));
      return lane === undefined ? undefined : facts.lanes[lane].queue.head()?.id;
    },
    blockers(id, now) {
      settle(parts, now);
      const entry = entryNamed(parts, id);
      if (entry.stage === "running") return [];
      const ofLane = laneBlockers(facts, entry.lane, now);
      if (entry.stage === "held-back") return [...readiness.blockers(entry), ...ofLane];
      const found = [...ofLane, ...groupBlockers(facts, entry.lane, board.groupOf(entry))];
      return board.isHead(entry) ? found : [...found, { kind: "queue", lane: entry.lane }];
    },
    ahead(id) {
      const entry = entryNamed(parts, id);
      return entry.stage === "running" ? 0 : board.ahead(entry);
    },
    wakeAt() {
      const { heldSince, limits } = facts;
      const heldUntil = heldSince === undefined ? Infinity : heldSince + limits.provisionMaxWaitMs;
      const at = Math.min(heldUntil, readiness.nextDueAt() ?? Infinity);
      return at === Infinity ? undefined : at;
    },
    counts: (lane) => ({
      running: facts.lanes[lane].running.size,
      queued: queued[lane],
      paused: facts.lanes[lane].paused,
    }),
  };
}

function makeReady({ board }: Parts, entries: readonly Entry[]): void {
  for (const entry of entries) {
    entry.stage = "ready";
    board.enter(entry);
  }
}

/** Lets in what is due, and keeps the time that destroys alone have held the provision lane. */
function settle(parts: Parts, now: number): void {
  const { facts } = parts.board;
  makeReady(parts, parts.readiness.due(now));
  facts.heldSince = isHeldByDestroysAlone(facts) ? (facts.heldSince ?? now) : undefined;
}

function entryNamed({ entries }: Parts, id: string): Entry {
  const entry = entries.get(id);
  if (entry === undefined) throw new Error(`Cannot find operation "${id}" in the schedule`);
  return entry;
}
