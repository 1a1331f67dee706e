import { createBreakers } from "./breakers.ts";
import type { BreakerState } from "./breakers.ts";
import { createCapacity } from "./capacity.ts";
import { createLaneQueue } from "./lane-queue.ts";
import type { LaneQueue, Ranked } from "./lane-queue.ts";
import { groupBlockers } from "./lane-rules.ts";
import type { Group, LaneFacts, LaneState, ScheduleLimits } from "./lane-rules.ts";
import type { Lane } from "./operation.ts";

/** What the lanes need to know of an operation that is ready or runs. */
export type Member = Ranked & { lane: Lane; thopterId: string; ownerId: string; provider: string };

/** What is ready and what runs in each lane, opened and closed as breakers and the fleet change. */
export type LaneBoard<T extends Member> = {
  readonly facts: LaneFacts<T>;
  groupOf(member: T): Group;
  /** Whether it is the first of those that its blockers leave it to compete with. */
  isHead(member: T): boolean;
  ahead(member: T): number;
  enter(member: T): void;
  leave(member: T): void;
  occupy(member: T): void;
  /** Whether it ran. */
  free(member: T): boolean;
  reserve(thopterId: string, ownerId: string): void;
  vacate(thopterId: string): void;
  setBreaker(target: { provider: string; lane: Lane }, state: BreakerState | undefined): void;
};

export function createLaneBoard<T extends Member>(limits: ScheduleLimits): LaneBoard<T> {
  const facts = createFacts<T>(limits, isOpen);
  const queues = createGroupedQueues(facts, groupOf);
  const { queueOf } = queues;

  function groupOf({ lane, thopterId, provider, ownerId }: T): Group {
    const newcomer = lane === "provision" && !facts.capacity.holds(thopterId);
    return newcomer ? { provider, ownerId } : { provider };
  }

  function isOpen(member: T): boolean {
    return groupBlockers(facts, member.lane, groupOf(member)).length === 0;
  }

  function countRunning({ lane, provider }: T, difference: 1 | -1): void {
    const { runningBy, queue } = facts.lanes[lane];
    runningBy.set(provider, (runningBy.get(provider) ?? 0) + difference);
    if (facts.breakers.get(provider, lane) !== undefined) queue.refreshAll();
  }

  return {
    facts,
    groupOf,
    ...queues,
    isHead(member) {
      const queue = queueOf(member);
      return (isOpen(member) ? queue.head() : queue.headOf(keyOf(groupOf(member)))) === member;
    },
    ahead: (member) => queueOf(member).ahead(keyOf(groupOf(member)), member),
    occupy(member) {
      facts.lanes[member.lane].running.set(member.id, member);
      countRunning(member, 1);
    },
    free(member) {
      const ran = facts.lanes[member.lane].running.delete(member.id);
      if (ran) countRunning(member, -1);
      return ran;
    },
    setBreaker({ provider, lane }, state) {
      facts.breakers.set(provider, lane, state);
      facts.lanes[lane].queue.refreshAll();
    },
  };
}

function createFacts<T extends Member>(
  limits: ScheduleLimits,
  isOpen: (member: T) => boolean,
): LaneFacts<T> {
  function laneState(): LaneState<T> {
    const queue = createLaneQueue(isOpen);
    return { queue, running: new Map(), runningBy: new Map(), paused: false };
  }
  return {
    limits,
    lanes: { destroy: laneState(), provision: laneState(), setup: laneState() },
    capacity: createCapacity(),
    breakers: createBreakers(),
    draining: false,
    storage: true,
    heldSince: undefined,
  };
}

/** The queues, whose groups follow every place in the fleet that is taken or given back. */
function createGroupedQueues<T extends Member>(facts: LaneFacts<T>, groupOf: (member: T) => Group) {
  const { capacity, limits, lanes } = facts;
  const provisions = new Map<string, T>();
  const providers = new Set<string>();
  const queueOf = (member: T): LaneQueue<T> => lanes[member.lane].queue;

  function enter(member: T): void {
    queueOf(member).add(keyOf(groupOf(member)), member);
    if (member.lane !== "provision") return;
    provisions.set(member.thopterId, member);
    providers.add(member.provider);
  }

  function leave(member: T): void {
    queueOf(member).remove(keyOf(groupOf(member)), member);
    if (provisions.get(member.thopterId) === member) provisions.delete(member.thopterId);
  }

  /** With its place a thopter competes no longer as a newcomer, so its provision changes groups. */
  function changePlace(thopterId: string, edit: () => string | undefined): void {
    const waiting = provisions.get(thopterId);
    if (waiting !== undefined) leave(waiting);
    const wasFull = capacity.used >= limits.thopters;
    const ownerId = edit();
    if (wasFull !== capacity.used >= limits.thopters) lanes.provision.queue.refreshAll();
    else if (ownerId !== undefined) refreshOwner(ownerId);
    if (waiting !== undefined) enter(waiting);
  }

  function refreshOwner(ownerId: string): void {
    for (const provider of providers) lanes.provision.queue.refresh(keyOf({ provider, ownerId }));
  }

  return {
    queueOf,
    enter,
    leave,
    reserve: (thopterId: string, ownerId: string): void =>
      changePlace(thopterId, () => {
        capacity.reserve(thopterId, ownerId);
        return ownerId;
      }),
    vacate: (thopterId: string): void => changePlace(thopterId, () => capacity.release(thopterId)),
  };
}

function keyOf({ provider, ownerId }: Group): string {
  return JSON.stringify(ownerId === undefined ? [provider] : [provider, ownerId]);
}
