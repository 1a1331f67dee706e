/** A binary heap whose items can be removed from anywhere; every change costs O(log n). */
export type Heap<T> = {
  readonly size: number;
  add(item: T): void;
  /** Whether the item was there. */
  remove(item: T): boolean;
  peek(): T | undefined;
  /** All items, in no order. */
  items(): IterableIterator<T>;
};

export function createHeap<T>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  const places = new Map<T, number>();
  const slots: T[] = [];

  function place(item: T, index: number): void {
    slots[index] = item;
    places.set(item, index);
  }

  function rise(item: T, from: number): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = slots[parentIndex];
      if (parent === undefined || !isBefore(item, parent)) break;
      place(parent, index);
      index = parentIndex;
    }
    place(item, index);
  }

  function smallerChild(index: number): number {
    const left = 2 * index + 1;
    const a = slots[left];
    const b = slots[left + 1];
    return a !== undefined && b !== undefined && isBefore(b, a) ? left + 1 : left;
  }

  function sink(item: T, from: number): void {
    let index = from;
    for (;;) {
      const childIndex = smallerChild(index);
      const child = slots[childIndex];
      if (child === undefined || !isBefore(child, item)) break;
      place(child, index);
      index = childIndex;
    }
    place(item, index);
  }

  return {
    get size() {
      return slots.length;
    },
    add(item) {
      if (places.has(item)) throw new Error("Cannot add an item to a heap twice");
      rise(item, slots.length);
    },
    remove(item) {
      const index = places.get(item);
      if (index === undefined) return false;
      places.delete(item);
      const last = slots.pop();
      if (last !== undefined && last !== item) {
        sink(last, index);
        rise(last, places.get(last) ?? index);
      }
      return true;
    },
    peek: () => slots[0],
    items: () => places.keys(),
  };
}
