import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { createHeap } from "../../src/core/heap.ts";

type Item = { id: number; rank: number };
type Command = { do: "add"; rank: number } | { do: "remove"; pick: number } | { do: "pop" };

const isBefore = (a: Item, b: Item): boolean =>
  a.rank < b.rank || (a.rank === b.rank && a.id < b.id);

const commands = fc.array(
  fc.oneof(
    fc.record<Command & { do: "add" }>({ do: fc.constant("add"), rank: fc.nat({ max: 20 }) }),
    fc.record<Command & { do: "remove" }>({ do: fc.constant("remove"), pick: fc.nat() }),
    fc.record<Command & { do: "pop" }>({ do: fc.constant("pop") }),
  ),
  { maxLength: 100, size: "max" },
);

describe("a heap", () => {
  it("always has the smallest item on top, wherever others are taken from", () => {
    fc.assert(
      fc.property(commands, (list) => {
        const heap = createHeap(isBefore);
        let sorted: Item[] = [];
        for (const [id, command] of list.entries()) {
          sorted = step(heap, sorted, { id, command });
          expect(heap.peek()).toBe(sorted[0]);
          expect(heap.size).toBe(sorted.length);
        }
        expect([...heap.items()].toSorted(order)).toEqual(sorted);
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });

  it("gives back everything in order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (numbers) => {
        const heap = createHeap<Item>(isBefore);
        for (const [id, rank] of numbers.entries()) heap.add({ id, rank });
        const ranks: number[] = [];
        for (let top = heap.peek(); top !== undefined; top = heap.peek()) {
          ranks.push(top.rank);
          expect(heap.remove(top)).toBe(true);
        }
        expect(ranks).toEqual(numbers.toSorted((a, b) => a - b));
        expect(heap.size).toBe(0);
      }),
      { seed: 7 },
    );
  });

  it("answers false for what it does not hold, and refuses an item it holds already", () => {
    const heap = createHeap<Item>(isBefore);
    const item = { id: 1, rank: 1 };
    expect(heap.remove(item)).toBe(false);
    expect(heap.peek()).toBeUndefined();
    heap.add(item);
    expect(() => heap.add(item)).toThrow("Cannot add an item to a heap twice");
    expect(heap.remove(item)).toBe(true);
    expect(heap.remove(item)).toBe(false);
  });
});

function order(a: Item, b: Item): number {
  return isBefore(a, b) ? -1 : 1;
}

function step(
  heap: ReturnType<typeof createHeap<Item>>,
  sorted: readonly Item[],
  { id, command }: { id: number; command: Command },
): Item[] {
  if (command.do === "add") {
    const item = { id, rank: command.rank };
    heap.add(item);
    return [...sorted, item].toSorted(order);
  }
  const index = command.do === "pop" ? 0 : command.pick % Math.max(1, sorted.length);
  const item = sorted[index];
  expect(item === undefined || heap.remove(item)).toBe(true);
  return sorted.toSpliced(index, 1);
}
