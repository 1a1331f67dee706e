import { fc } from "../fast-check.ts";
import { expect, it } from "vitest";
import { StaleWriteError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { settingWrite } from "../store/sample-records.ts";

const ids = ["a", "b", "c", "d"];

/** A write names the newest version plus `step`: only a step of one is right. */
type Change =
  | { type: "commit"; writes: { id: string; step: number }[] }
  | { type: "purge"; ids: string[] };
type Act = Change | { type: "wait" };

const id = fc.constantFrom(...ids);
const step = fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.constantFrom(-1, 0, 2));
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("commit" as const),
      writes: fc.array(fc.record({ id, step }), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("purge" as const), ids: fc.array(id) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("wait" as const) }) },
);

/** Any history of commits and purges, awaited or not, ends as a plain map would. */
export function storeHistoryProperty(open: () => Promise<Store>): void {
  it("ends any history of commits and purges as a map would", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (history) => {
        const store = await open();
        const model = createModel();
        const watched: string[] = [];
        store.watch((writes) => watched.push(JSON.stringify(writes)));
        const outcomes: Promise<void>[] = [];
        for (const each of history) {
          if (each.type === "wait") await Promise.all(outcomes);
          else outcomes.push(model.run(store, each));
        }
        await Promise.all(outcomes);
        expect(await store.list("setting")).toEqual(model.records());
        expect(watched).toEqual(model.committed);
        await store.close();
      }),
      { numRuns: 40 },
    );
  });
}

function createModel() {
  let versions = new Map<string, number>();
  const committed: string[] = [];

  function commit(store: Store, asked: readonly { id: string; step: number }[]): Promise<void> {
    const next = new Map(versions);
    const writes = asked.map((write) => {
      const version = (next.get(write.id) ?? 0) + write.step;
      next.set(write.id, version);
      return settingWrite(write.id, version, String(version));
    });
    const committing = store.commit(writes);
    if (asked.some((write) => write.step !== 1)) {
      return expect(committing).rejects.toThrow(StaleWriteError);
    }
    versions = next;
    committed.push(JSON.stringify(writes));
    return committing;
  }

  function purge(store: Store, gone: readonly string[]): Promise<void> {
    for (const each of gone) versions.delete(each);
    return store.purge("setting", gone);
  }

  return {
    committed,
    run: (store: Store, change: Change): Promise<void> =>
      change.type === "commit" ? commit(store, change.writes) : purge(store, change.ids),
    records: () =>
      [...versions]
        .map(([each, version]) => ({ id: each, version, value: String(version) }))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
