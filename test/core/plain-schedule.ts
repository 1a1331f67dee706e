import type { Blocker } from "../../src/core/blocker.ts";
import type { BreakerState } from "../../src/core/breakers.ts";
import type { ScheduleLimits } from "../../src/core/lane-rules.ts";
import type { Lane } from "../../src/core/operation.ts";
import type { Schedule, ScheduledOperation } from "../../src/core/schedule.ts";

type Plain = ScheduledOperation & { running: boolean };

/**
 * The lane rules as the design words them, over plain lists that are searched whole for every
 * question. Slow and without any bookkeeping, so that it can be seen to be right.
 */
export function createPlainSchedule(limits: ScheduleLimits): Schedule {
  let operations: Plain[] = [];
  const finished = new Set<string>();
  const fleet = new Map<string, string>();
  const paused = new Set<Lane>();
  const breakers = new Map<string, { provider: string; lane: Lane; state: BreakerState }>();
  let draining = false;
  let storage = true;
  let heldSince: number | undefined;
  let clock = 0;

  const byRank = (a: Plain, b: Plain): number => a.rank - b.rank || (a.id < b.id ? -1 : 1);
  const running = (lane: Lane): Plain[] => operations.filter((o) => o.lane === lane && o.running);
  const queued = (lane: Lane): Plain[] =>
    operations.filter((o) => o.lane === lane && !o.running).toSorted(byRank);
  const unfinished = (o: Plain): string[] =>
    [...new Set(o.after)].filter((id) => !finished.has(id));
  const isDue = (o: Plain): boolean => o.notBefore === undefined || o.notBefore <= clock;
  const isTimely = (o: Plain): boolean => unfinished(o).length === 0 && isDue(o);

  function gates(lane: Lane): Blocker[] {
    const found: Blocker[] = [];
    if (!storage) found.push({ kind: "storage" });
    if (draining) found.push({ kind: "draining" });
    if (paused.has(lane)) found.push({ kind: "paused", lane });
    return found;
  }

  function slots(lane: Lane): Blocker[] {
    const used = running(lane).length;
    const limit = limits.lanes[lane];
    return used < limit ? [] : [{ kind: "lane-full", lane, running: used, limit }];
  }

  function breaker(o: Plain): Blocker[] {
    const { provider } = o;
    const state = breakers.get(`${o.lane}/${provider}`)?.state;
    if (state?.state === "open") {
      return [{ kind: "breaker", provider, state: "open", until: state.until }];
    }
    const probes = running(o.lane).some((other) => other.provider === provider);
    return state !== undefined && probes ? [{ kind: "breaker", provider, state: "half-open" }] : [];
  }

  function places({ lane, thopterId, ownerId }: Plain): Blocker[] {
    if (lane !== "provision" || fleet.has(thopterId)) return [];
    const found: Blocker[] = [];
    const used = fleet.size;
    if (used >= limits.thopters) found.push({ kind: "capacity", used, limit: limits.thopters });
    const own = [...fleet.values()].filter((owner) => owner === ownerId).length;
    const quota = limits.thoptersPerOwner;
    if (own >= quota) found.push({ kind: "quota", ownerId, used: own, limit: quota });
    return found;
  }

  const own = (o: Plain): Blocker[] => [...breaker(o), ...places(o)];
  const candidates = (lane: Lane): Plain[] =>
    queued(lane).filter((o) => isTimely(o) && own(o).length === 0);
  const readyDestroys = (): number =>
    gates("destroy").length > 0 ? 0 : candidates("destroy").length;

  /** Would a provision start now, were it not for destroys that run or are ready? */
  function isHeld(): boolean {
    const destroys = running("destroy").length + readyDestroys();
    const free = gates("provision").length === 0 && slots("provision").length === 0;
    return destroys > 0 && free && candidates("provision").length > 0;
  }

  function destroysFirst(): Blocker[] {
    const load = { running: running("destroy").length, ready: readyDestroys() };
    if (load.running + load.ready === 0) return [];
    const startsAnywayAt = (heldSince ?? clock) + limits.provisionMaxWaitMs;
    return startsAnywayAt <= clock ? [] : [{ kind: "destroys-first", ...load, startsAnywayAt }];
  }

  const ofLane = (lane: Lane): Blocker[] => [
    ...gates(lane),
    ...slots(lane),
    ...(lane === "provision" ? destroysFirst() : []),
  ];

  function look(now: number): void {
    clock = now;
    heldSince = isHeld() ? (heldSince ?? now) : undefined;
  }

  function find(id: string): Plain {
    const found = operations.find((o) => o.id === id);
    if (found === undefined) throw new Error(`no ${id}`);
    return found;
  }

  function isFirst(o: Plain): boolean {
    const rivals = own(o).length === 0 ? candidates(o.lane) : queued(o.lane).filter(isKin(o));
    return rivals[0] === o;
  }

  /** Those that open and close with it: its provider's, and its owner's while they have no place. */
  function isKin(o: Plain): (other: Plain) => boolean {
    const isNew = ({ lane, thopterId }: Plain): boolean =>
      lane === "provision" && !fleet.has(thopterId);
    return (other) =>
      isTimely(other) &&
      other.provider === o.provider &&
      isNew(other) === isNew(o) &&
      (!isNew(o) || other.ownerId === o.ownerId);
  }

  function blockers(o: Plain): Blocker[] {
    if (o.running) return [];
    const waits = unfinished(o);
    if (waits.length > 0) return [{ kind: "after", operationIds: waits }, ...ofLane(o.lane)];
    if (!isDue(o)) return [{ kind: "backoff", until: o.notBefore ?? 0 }, ...ofLane(o.lane)];
    const found = [...ofLane(o.lane), ...own(o)];
    return isFirst(o) ? found : [...found, { kind: "queue", lane: o.lane }];
  }

  const change =
    <A extends unknown[]>(edit: (...args: A) => void) =>
    (...args: [...A, number]): void => {
      // The time is the last argument of every change, as the type above says.
      clock = args.at(-1) as number;
      // What remains are the arguments of the edit.
      edit(...(args.slice(0, -1) as unknown as A));
      look(clock);
    };

  return {
    has: (id) => operations.some((o) => o.id === id),
    add: change((operation: ScheduledOperation) => {
      for (const id of operation.after) finished.delete(id);
      operations.push({ ...operation, running: false });
    }),
    remove: change((id: string) => {
      operations = operations.filter((o) => o.id !== id || o.running);
    }),
    start: change((id: string) => {
      const o = find(id);
      o.running = true;
      if (o.lane !== "provision") return;
      if (!fleet.has(o.thopterId)) fleet.set(o.thopterId, o.ownerId);
      heldSince = undefined;
    }),
    release: change((id: string) => {
      operations = operations.filter((o) => o.id !== id || !o.running);
    }),
    finish: change((id: string) => void finished.add(id)),
    reserve: change((thopterId: string, ownerId: string) => {
      if (!fleet.has(thopterId)) fleet.set(thopterId, ownerId);
    }),
    vacate: change((thopterId: string) => void fleet.delete(thopterId)),
    setPaused: change((lane: Lane, on: boolean) => {
      if (on) paused.add(lane);
      else paused.delete(lane);
    }),
    setDraining: change((on: boolean) => void (draining = on)),
    setStorage: change((on: boolean) => void (storage = on)),
    setBreaker: change(
      (target: { provider: string; lane: Lane }, state: BreakerState | undefined) => {
        const key = `${target.lane}/${target.provider}`;
        if (state === undefined) breakers.delete(key);
        else breakers.set(key, { ...target, state });
      },
    ),
    next(now) {
      look(now);
      const order: Lane[] = ["destroy", "setup", "provision"];
      const open = order.filter((lane) => ofLane(lane).length === 0);
      return open.flatMap((lane) => candidates(lane).slice(0, 1))[0]?.id;
    },
    blockers(id, now) {
      look(now);
      return blockers(find(id));
    },
    ahead(id) {
      const o = find(id);
      if (o.running) return 0;
      const rivals = queued(o.lane).filter(
        (other) => isTimely(other) && (own(other).length === 0 || isKin(o)(other)),
      );
      return rivals.filter((other) => byRank(other, o) < 0).length;
    },
    wakeAt() {
      const times = operations
        .filter((o) => !o.running && unfinished(o).length === 0 && !isDue(o))
        .map((o) => o.notBefore ?? Infinity);
      if (heldSince !== undefined) times.push(heldSince + limits.provisionMaxWaitMs);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    counts: (lane) => ({
      running: running(lane).length,
      queued: queued(lane).length,
      paused: paused.has(lane),
    }),
    capacity: {
      get used() {
        return fleet.size;
      },
      usedBy: (ownerId) => [...fleet.values()].filter((owner) => owner === ownerId).length,
      holds: (thopterId) => fleet.has(thopterId),
    },
    breakers: {
      get: (provider, lane) => breakers.get(`${lane}/${provider}`)?.state,
      list: () => [...breakers.values()],
    },
  };
}
