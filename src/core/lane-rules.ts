import type { Blocker } from "./blocker.ts";
import type { Breakers } from "./breakers.ts";
import type { Capacity } from "./capacity.ts";
import type { LaneQueue } from "./lane-queue.ts";
import type { Lane } from "./operation.ts";

export type ScheduleLimits = {
  lanes: Record<Lane, number>;
  thopters: number;
  thoptersPerOwner: number;
  /** How long destroys alone may hold the provision lane, in milliseconds. */
  provisionMaxWaitMs: number;
};

/** Operations that open and close together: one provider's and, for newcomers to the fleet, one owner's. */
export type Group = { provider: string; ownerId?: string };

export type LaneState<T extends { id: string; rank: number }> = {
  queue: LaneQueue<T>;
  running: Map<string, T>;
  runningBy: Map<string, number>;
  paused: boolean;
};

/** All that the lane rules look at. */
export type LaneFacts<T extends { id: string; rank: number }> = {
  limits: ScheduleLimits;
  lanes: Record<Lane, LaneState<T>>;
  capacity: Capacity;
  breakers: Breakers;
  draining: boolean;
  storage: boolean;
  /** Since when destroys alone hold the provision lane. */
  heldSince: number | undefined;
};

type Facts = LaneFacts<{ id: string; rank: number }>;

/** Why no operation of the lane may start now. */
export function laneBlockers(facts: Facts, lane: Lane, now: number): Blocker[] {
  const found = [...gateBlockers(facts, lane), ...slotBlockers(facts, lane)];
  return lane === "provision" ? [...found, ...destroysFirst(facts, now)] : found;
}

/** Why no operation of the group may start now, whatever its lane says. */
export function groupBlockers(facts: Facts, lane: Lane, group: Group): Blocker[] {
  const breaker = breakerBlocker(facts, lane, group.provider);
  if (lane !== "provision" || group.ownerId === undefined) return breaker;
  return [...breaker, ...capacityBlockers(facts, group.ownerId)];
}

/** Whether destroys, and nothing else, keep the head of the provision lane from starting. */
export function isHeldByDestroysAlone(facts: Facts): boolean {
  const others = [...gateBlockers(facts, "provision"), ...slotBlockers(facts, "provision")];
  const { running, ready } = destroyLoad(facts);
  return (
    running + ready > 0 && others.length === 0 && facts.lanes.provision.queue.head() !== undefined
  );
}

function gateBlockers(facts: Facts, lane: Lane): Blocker[] {
  const found: Blocker[] = [];
  if (!facts.storage) found.push({ kind: "storage" });
  if (facts.draining) found.push({ kind: "draining" });
  if (facts.lanes[lane].paused) found.push({ kind: "paused", lane });
  return found;
}

function slotBlockers(facts: Facts, lane: Lane): Blocker[] {
  const running = facts.lanes[lane].running.size;
  const limit = facts.limits.lanes[lane];
  return running >= limit ? [{ kind: "lane-full", lane, running, limit }] : [];
}

function destroyLoad(facts: Facts): { running: number; ready: number } {
  const { queue, running } = facts.lanes.destroy;
  const gated = gateBlockers(facts, "destroy").length > 0;
  return { running: running.size, ready: gated ? 0 : queue.openSize };
}

function destroysFirst(facts: Facts, now: number): Blocker[] {
  const { running, ready } = destroyLoad(facts);
  if (running + ready === 0) return [];
  const startsAnywayAt = (facts.heldSince ?? now) + facts.limits.provisionMaxWaitMs;
  if (startsAnywayAt <= now) return [];
  return [{ kind: "destroys-first", running, ready, startsAnywayAt }];
}

function breakerBlocker(facts: Facts, lane: Lane, provider: string): Blocker[] {
  const breaker = facts.breakers.get(provider, lane);
  if (breaker === undefined) return [];
  if (breaker.state === "open") return [{ kind: "breaker", provider, ...breaker }];
  const probing = (facts.lanes[lane].runningBy.get(provider) ?? 0) > 0;
  return probing ? [{ kind: "breaker", provider, state: "half-open" }] : [];
}

function capacityBlockers({ capacity, limits }: Facts, ownerId: string): Blocker[] {
  const found: Blocker[] = [];
  if (capacity.used >= limits.thopters) {
    found.push({ kind: "capacity", used: capacity.used, limit: limits.thopters });
  }
  const used = capacity.usedBy(ownerId);
  if (used >= limits.thoptersPerOwner) {
    found.push({ kind: "quota", ownerId, used, limit: limits.thoptersPerOwner });
  }
  return found;
}
