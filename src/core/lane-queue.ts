import { createHeap } from "./heap.ts";
import type { Heap } from "./heap.ts";

/** What a lane needs to know of an operation to order it. */
export type Ranked = { id: string; rank: number };

/**
 * The ready operations of one lane, in groups that open and close together (an owner at its quota,
 * a provider whose breaker is open). The head is the best of the open groups, so that a closed
 * group is passed over without being searched.
 */
export type LaneQueue<T extends Ranked> = {
  /** How many are ready in open groups. */
  readonly openSize: number;
  add(group: string, item: T): void;
  remove(group: string, item: T): void;
  /** Asks again whether the group is open. */
  refresh(group: string): void;
  refreshAll(): void;
  head(): T | undefined;
  headOf(group: string): T | undefined;
  /** How many of the open groups and of its own go first. O(n): for people who ask, not for decisions. */
  ahead(group: string, item: T): number;
};

type Group<T> = { name: string; heap: Heap<T>; open: boolean; head: T | undefined };

export function isRankedBefore(a: Ranked, b: Ranked): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.id < b.id);
}

function isHeadBefore<T extends Ranked>(a: Group<T>, b: Group<T>): boolean {
  if (a.head === undefined) return false;
  return b.head === undefined || isRankedBefore(a.head, b.head);
}

/** `isOpen` is asked of any one operation of a group, when its group begins and on a refresh. */
export function createLaneQueue<T extends Ranked>(isOpen: (item: T) => boolean): LaneQueue<T> {
  const groups = new Map<string, Group<T>>();
  const heads = createHeap<Group<T>>(isHeadBefore);
  let openSize = 0;

  function begin(name: string, item: T): Group<T> {
    const group = {
      name,
      heap: createHeap<T>(isRankedBefore),
      open: isOpen(item),
      head: undefined,
    };
    groups.set(name, group);
    return group;
  }

  function change(group: Group<T>, edit: (heap: Heap<T>) => void): void {
    heads.remove(group);
    const before = group.heap.size;
    edit(group.heap);
    if (group.open) openSize += group.heap.size - before;
    group.head = group.heap.peek();
    if (group.open && group.head !== undefined) heads.add(group);
    if (group.head === undefined) groups.delete(group.name);
  }

  function refresh(group: Group<T> | undefined): void {
    if (group?.head === undefined || isOpen(group.head) === group.open) return;
    group.open = !group.open;
    openSize += group.open ? group.heap.size : -group.heap.size;
    if (group.open) heads.add(group);
    else heads.remove(group);
  }

  return {
    get openSize() {
      return openSize;
    },
    add: (name, item) => change(groups.get(name) ?? begin(name, item), (heap) => heap.add(item)),
    remove(name, item) {
      const group = groups.get(name);
      if (group !== undefined) change(group, (heap) => heap.remove(item));
    },
    refresh: (name) => refresh(groups.get(name)),
    refreshAll() {
      for (const group of groups.values()) refresh(group);
    },
    head: () => heads.peek()?.head,
    headOf: (name) => groups.get(name)?.head,
    ahead(name, item) {
      let count = 0;
      for (const group of groups.values()) {
        if (!group.open && group.name !== name) continue;
        for (const other of group.heap.items()) if (isRankedBefore(other, item)) count += 1;
      }
      return count;
    },
  };
}
