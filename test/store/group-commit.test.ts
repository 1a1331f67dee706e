import { fc } from "../fast-check.ts";
import { describe, expect, it, vi } from "vitest";
import { createGroupCommit } from "../../src/store/group-commit.ts";

type Item = { name: string; size: number; alone?: boolean; refuse?: boolean };

/** A group commit over a disk that ends a write only when it is told to. */
function createGated(maxSize: number) {
  const accepted: string[] = [];
  const batches: string[][] = [];
  const writtenNames: string[] = [];
  let end: ((error?: Error) => void) | undefined;

  const groupCommit = createGroupCommit<Item>(
    {
      sizeOf: (item) => item.size,
      isAlone: (item) => item.alone === true,
      accept(item) {
        if (item.refuse === true) throw new Error(`${item.name} is refused`);
        accepted.push(item.name);
      },
      write(batch) {
        if (end !== undefined) throw new Error("two batches are under way");
        batches.push(batch.map(({ name }) => name));
        return new Promise((resolve, reject) => {
          end = (error) => {
            end = undefined;
            if (error === undefined) resolve();
            else reject(error);
          };
        });
      },
      written: (batch) => writtenNames.push(...batch.map(({ name }) => name)),
      lost: (items, cause) =>
        new Error(`lost ${items.map(({ name }) => name).join("")}`, { cause }),
    },
    maxSize,
  );

  return {
    accepted,
    batches,
    written: writtenNames,
    groupCommit,
    submit: (name: string, item: Partial<Item> = {}) =>
      groupCommit.submit({ name, size: 1, ...item }),
    /** Ends the batch that is under way, once one is. */
    async end(error?: Error): Promise<void> {
      await vi.waitFor(() => expect(end).toBeDefined(), { interval: 1 });
      end?.(error);
    },
  };
}

/** Lets everything run that waits for no timer and no disk. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe("group commit", () => {
  it("writes what comes alone at once, without a timer", async () => {
    vi.useFakeTimers();
    try {
      const { submit, batches } = createGated(10);
      void submit("a");
      await Promise.resolve();
      expect(batches).toEqual([["a"]]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("writes what is submitted in one turn together", async () => {
    const { submit, batches, end } = createGated(10);
    const done = Promise.all([submit("a"), submit("b"), submit("c")]);
    await end();
    await done;
    expect(batches).toEqual([["a", "b", "c"]]);
  });

  it("gathers the next batch while one is under way", async () => {
    const { submit, batches, end } = createGated(10);
    const first = submit("a");
    await turn();
    const rest = Promise.all([submit("b"), submit("c")]);
    await turn();
    expect(batches).toEqual([["a"]]);
    await end();
    await first;
    await end();
    await rest;
    expect(batches).toEqual([["a"], ["b", "c"]]);
  });

  it("accepts no more than one batch ahead, the rest in order as there is room", async () => {
    const gated = createGated(2);
    const done = Promise.all(["a", "b", "c", "d", "e"].map((name) => gated.submit(name)));
    await turn();
    expect(gated.accepted.join("")).toBe("abcd");
    await gated.end();
    await turn();
    expect(gated.accepted.join("")).toBe("abcde");
    await gated.end();
    await gated.end();
    await done;
    expect(gated.batches).toEqual([["a", "b"], ["c", "d"], ["e"]]);
  });

  it("writes an item that is larger than a batch whole, in a batch of its own", async () => {
    const gated = createGated(2);
    const done = Promise.all([
      gated.submit("a"),
      gated.submit("b", { size: 9 }),
      gated.submit("c"),
    ]);
    for (let batch = 0; batch < 3; batch += 1) await gated.end();
    await done;
    expect(gated.batches).toEqual([["a"], ["b"], ["c"]]);
  });

  it("refuses one item and goes on with the others", async () => {
    const { submit, batches, end } = createGated(10);
    const results = Promise.allSettled([submit("a", { refuse: true }), submit("b")]);
    await end();
    expect(await results).toEqual([
      { status: "rejected", reason: new Error("a is refused") },
      { status: "fulfilled", value: undefined },
    ]);
    expect(batches).toEqual([["b"]]);
  });

  it("rejects a batch that fails and all that was accepted behind it", async () => {
    const gated = createGated(2);
    const cause = new Error("disk full");
    const results = Promise.allSettled(["a", "b", "c", "d", "e"].map((name) => gated.submit(name)));
    await gated.end(cause);
    // "e" found no room before: it was not accepted yet, so it is asked anew.
    await gated.end();
    const lost = { status: "rejected", reason: new Error("lost abcd", { cause }) };
    const kept = { status: "fulfilled", value: undefined };
    expect(await results).toEqual([lost, lost, lost, lost, kept]);
    expect(gated.written).toEqual(["e"]);
  });

  it("is idle when nothing waits and nothing is under way", async () => {
    const gated = createGated(1);
    await gated.groupCommit.idle();
    const done = [gated.submit("a"), gated.submit("b")];
    let idle = false;
    const waited = gated.groupCommit.idle().then(() => (idle = true));
    await gated.end();
    await done[0];
    expect(idle).toBe(false);
    await gated.end();
    await Promise.all([...done, waited]);
  });

  it("drops nothing and keeps the order, whatever comes and whatever fails", async () => {
    const items = fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 6 }),
        alone: fc.boolean(),
        refuse: fc.nat(9).map((n) => n === 0),
        fails: fc.nat(9).map((n) => n === 0),
        pause: fc.boolean(),
      }),
      { maxLength: 40 },
    );
    await fc.assert(fc.asyncProperty(items, keepsOrder), { numRuns: 100 });
  });
});

type Planned = { size: number; alone: boolean; refuse: boolean; fails: boolean; pause: boolean };

async function keepsOrder(planned: readonly Planned[]): Promise<void> {
  const written: number[] = [];
  const causes = new Set<string>();
  let writing = false;
  const groupCommit = createGroupCommit<{ index: number; plan: Planned }>(
    {
      sizeOf: ({ plan }) => plan.size,
      isAlone: ({ plan }) => plan.alone,
      accept({ plan }) {
        if (plan.refuse) throw new Error("refused");
      },
      async write(batch) {
        expect(writing).toBe(false);
        writing = true;
        await turn();
        writing = false;
        const size = batch.reduce((sum, { plan }) => sum + plan.size, 0);
        expect(batch.length === 1 || size <= 5).toBe(true);
        expect(batch.length === 1 || !batch.some(({ plan }) => plan.alone)).toBe(true);
        if (batch.some(({ plan }) => plan.fails)) throw new Error("disk");
      },
      written: (batch) => written.push(...batch.map(({ index }) => index)),
      lost(_, cause) {
        causes.add(String(cause));
        return new Error("lost");
      },
    },
    5,
  );
  const results: Promise<string>[] = [];
  for (const [index, plan] of planned.entries()) {
    if (plan.pause) await turn();
    results.push(
      groupCommit.submit({ index, plan }).then(
        () => "written",
        (error: unknown) => String(error),
      ),
    );
  }
  const ends = await Promise.all(results);
  const expected = [...ends.keys()].filter((index) => ends[index] === "written");
  expect(written).toEqual(expected);
  // Whatever else was thrown is one of the expectations above.
  expect([...causes].filter((cause) => cause !== "Error: disk")).toEqual([]);
  const refused = planned.map(({ refuse }) => refuse);
  expect(ends.map((end) => end === "Error: refused")).toEqual(refused);
  const doomed = ends.filter((_, index) => planned[index]?.fails === true && !refused[index]);
  expect(doomed.filter((end) => end !== "Error: lost")).toEqual([]);
}
