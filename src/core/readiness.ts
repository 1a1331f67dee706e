import type { Blocker } from "./blocker.ts";
import { createHeap } from "./heap.ts";

/** What decides when an operation is ready, apart from its lane. */
export type Waiting = {
  id: string;
  /** Not before this time, in milliseconds since the epoch. */
  notBefore?: number | undefined;
  /** The operations it waits for that have not finished yet. */
  after: readonly string[];
};

/** Holds operations back until those they wait for have finished and their own time has come. */
export type Readiness<T extends Waiting> = {
  /** Whether it is ready at once; if not, `finish` or `due` answers with it later. */
  admit(item: T, now: number): boolean;
  drop(item: T): void;
  /** What became ready because this operation finished. */
  finish(id: string, now: number): T[];
  /** What became ready because its time has come. */
  due(now: number): T[];
  nextDueAt(): number | undefined;
  /** Why an operation that is held back is. */
  blockers(item: T): Blocker[];
};

export function createReadiness<T extends Waiting>(): Readiness<T> {
  const backoffs = createHeap<T>((a, b) => (a.notBefore ?? 0) < (b.notBefore ?? 0));
  const waitsFor = new Map<T, Set<string>>();
  const waitingOn = new Map<string, Set<T>>();

  function isDue(item: T, now: number): boolean {
    if ((item.notBefore ?? now) <= now) return true;
    backoffs.add(item);
    return false;
  }

  function wait(item: T): void {
    waitsFor.set(item, new Set(item.after));
    for (const id of item.after) {
      waitingOn.set(id, (waitingOn.get(id) ?? new Set<T>()).add(item));
    }
  }

  function stopWaiting(item: T): void {
    for (const id of waitsFor.get(item) ?? []) {
      const others = waitingOn.get(id);
      others?.delete(item);
      if (others?.size === 0) waitingOn.delete(id);
    }
    waitsFor.delete(item);
  }

  function waitsNoMore(item: T, id: string): boolean {
    const left = waitsFor.get(item);
    left?.delete(id);
    return left?.size === 0 && waitsFor.delete(item);
  }

  return {
    admit(item, now) {
      if (item.after.length === 0) return isDue(item, now);
      wait(item);
      return false;
    },
    drop(item) {
      backoffs.remove(item);
      stopWaiting(item);
    },
    finish(id, now) {
      const waiting = [...(waitingOn.get(id) ?? [])];
      waitingOn.delete(id);
      return waiting.filter((item) => waitsNoMore(item, id) && isDue(item, now));
    },
    due(now) {
      const found: T[] = [];
      for (let first = backoffs.peek(); first !== undefined; first = backoffs.peek()) {
        if ((first.notBefore ?? now) > now) break;
        backoffs.remove(first);
        found.push(first);
      }
      return found;
    },
    nextDueAt: () => backoffs.peek()?.notBefore,
    blockers(item) {
      const left = waitsFor.get(item);
      if (left !== undefined) return [{ kind: "after", operationIds: [...left] }];
      return item.notBefore === undefined ? [] : [{ kind: "backoff", until: item.notBefore }];
    },
  };
}
