import { fc } from "../fast-check.ts";
import { describe, expect, it } from "vitest";
import { createLaneQueue, isRankedBefore } from "../../src/core/lane-queue.ts";

type Item = { id: string; rank: number; group: string };

const groupNames = ["a", "b", "c"];

/** A queue whose groups are open unless named as closed. */
function createQueue() {
  const closed = new Set<string>();
  const queue = createLaneQueue<Item>(({ group }) => !closed.has(group));
  return { closed, queue };
}

function item(group: string, rank: number, id = `${group}${rank}`): Item {
  return { id, rank, group };
}

describe("a lane's queue", () => {
  it("has the smallest rank first, and of equal ranks the smaller id", () => {
    const { queue } = createQueue();
    for (const one of [item("a", 2), item("b", 1, "z"), item("c", 1, "y")]) {
      queue.add(one.group, one);
    }
    expect(queue.head()?.id).toBe("y");
    expect(isRankedBefore({ id: "y", rank: 1 }, { id: "z", rank: 1 })).toBe(true);
    expect(isRankedBefore({ id: "z", rank: 1 }, { id: "y", rank: 1 })).toBe(false);
  });

  it("passes a closed group over, and takes it up again when it opens", () => {
    const { queue, closed } = createQueue();
    queue.add("a", item("a", 1));
    queue.add("b", item("b", 2));
    closed.add("a");
    queue.refresh("a");
    expect(queue.head()?.id).toBe("b2");
    expect(queue.headOf("a")?.id).toBe("a1");
    closed.delete("a");
    queue.refresh("a");
    expect(queue.head()?.id).toBe("a1");
  });

  it("asks whether a group is open when its first operation comes", () => {
    const { queue, closed } = createQueue();
    closed.add("a");
    queue.add("a", item("a", 1));
    expect(queue.head()).toBeUndefined();
    queue.remove("a", item("a", 1));
    expect(queue.headOf("a")?.id).toBe("a1");
  });

  it("counts as ahead what goes first in open groups and in the operation's own", () => {
    const { queue, closed } = createQueue();
    for (const one of [item("a", 1), item("a", 5), item("b", 2), item("c", 3)]) {
      queue.add(one.group, one);
    }
    closed.add("a").add("b");
    queue.refreshAll();
    expect(queue.ahead("a", item("a", 9))).toBe(3);
    expect(queue.ahead("c", item("c", 9))).toBe(1);
  });

  it("agrees with a plain list, whatever is added, taken out, opened and closed", () => {
    const command = fc.record({
      act: fc.constantFrom("add", "add", "remove", "toggle"),
      group: fc.constantFrom(...groupNames),
      number: fc.nat({ max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80, size: "max" }), (list) => {
        const { queue, closed } = createQueue();
        let items: Item[] = [];
        for (const [index, { act, group, number }] of list.entries()) {
          if (act === "add") {
            const added = item(group, number, `${group}-${index}`);
            items.push(added);
            queue.add(group, added);
          } else if (act === "remove") {
            const gone = items[number % Math.max(1, items.length)];
            if (gone !== undefined) queue.remove(gone.group, gone);
            items = items.filter((one) => one !== gone);
          } else {
            if (!closed.delete(group)) closed.add(group);
            queue.refresh(group);
          }
          const open = items.filter((one) => !closed.has(one.group)).toSorted(order);
          expect(queue.head()).toBe(open[0]);
          expect(queue.openSize).toBe(open.length);
        }
        for (const name of groupNames) {
          const own = items.filter(({ group }) => group === name).toSorted(order);
          expect(queue.headOf(name)).toBe(own[0]);
        }
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });
});

function order(a: Item, b: Item): number {
  return isRankedBefore(a, b) ? -1 : 1;
}
