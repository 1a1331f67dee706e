import { fc } from "../fast-check.ts";
import { describe, expect, it, onTestFinished } from "vitest";
import { StaleWriteError, StoreUnavailableError } from "../../src/core/errors.ts";
import type { Kind, Store, Write } from "../../src/core/ports/store.ts";
import { fullRecords, settingWrite } from "../store/sample-records.ts";
import { storeHistoryProperty } from "./store-history.ts";

export type OpenStore = (options?: { onError?: (error: unknown) => void }) => Promise<Store>;

/** What every store does, whatever it keeps its records in. */
export function storeContract(name: string, openStore: OpenStore): void {
  const open: OpenStore = async (options) => {
    const store = await openStore(options);
    onTestFinished(() => store.close());
    return store;
  };

  describe(`${name} keeps the store's contract`, () => {
    readingContract(open);
    versionContract(open);
    watchContract(open);
    purgeContract(open);
    closingContract(open);
    storeHistoryProperty(open);
  });
}

/** One unit of UTF-16, be it only half a character. */
const anyUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code));

const { detail: _detail, ...withoutDetail } = fullRecords.audit;

const idsOf = (records: readonly { id: string }[]): string[] => records.map(({ id }) => id);

async function withSettings(open: OpenStore, ids: readonly string[]): Promise<Store> {
  const store = await open();
  await store.commit(ids.map((id) => settingWrite(id, 1)));
  return store;
}

function readingContract(open: OpenStore): void {
  it.each(Object.keys(fullRecords))("reads a %s back as it was written", async (name) => {
    const store = await open();
    // The keys of fullRecords are the kinds.
    const kind = name as Kind;
    const record = fullRecords[kind];
    // The record is of that kind, though the compiler does not see the two together.
    await store.commit([{ kind, record } as Write]);
    expect(await store.get(kind, record.id)).toEqual(record);
    expect(await store.list(kind)).toEqual([record]);
  });

  it("answers undefined for a record that does not exist", async () => {
    const store = await withSettings(open, ["a"]);
    expect(await store.get("setting", "b")).toBeUndefined();
    expect(await store.get("person", "a")).toBeUndefined();
  });

  it("reads any text back as it was written", async () => {
    const store = await open();
    let version = 0;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: anyUnit, maxLength: 50 }), async (value) => {
        version += 1;
        await store.commit([settingWrite("any", version, value)]);
        expect((await store.get("setting", "any"))?.value).toBe(value);
      }),
      {
        numRuns: 40,
        examples: [
          [":colon"],
          [":base64:AA=="],
          ["\0"],
          ["\ud800"],
          [`"'\\\n`],
          ["é😀"],
          ["1e999"],
        ],
      },
    );
  });

  it("lists records of one kind, ordered by id", async () => {
    const store = await withSettings(open, ["b", "a", "c"]);
    await store.commit([{ kind: "person", record: fullRecords.person }]);
    expect(idsOf(await store.list("setting"))).toEqual(["a", "b", "c"]);
    expect(await store.list("token")).toEqual([]);
  });

  it("lists from a place on, in either direction, up to a limit", async () => {
    const store = await withSettings(open, ["a", "b", "c", "d"]);
    const list = async (options: Parameters<Store["list"]>[1]): Promise<string> =>
      idsOf(await store.list("setting", options)).join("");
    expect(await list({ after: "b" })).toBe("cd");
    expect(await list({ after: "bb", limit: 1 })).toBe("c");
    expect(await list({ newestFirst: true })).toBe("dcba");
    expect(await list({ newestFirst: true, after: "c", limit: 1 })).toBe("b");
    expect(await list({ after: "d" })).toBe("");
    expect(await list({ limit: 0 })).toBe("");
  });

  it("lists only the records whose heads are wanted, of pages without end, in either direction", async () => {
    const ids = Array.from({ length: 4501 }, (_, n) => String(n).padStart(5, "0"));
    const store = await open();
    const writes = ids.map((id, n): Write =>
      settingWrite(id, 1, n % 1500 === 0 ? "wanted" : "not"),
    );
    await store.commit([...writes, settingWrite("like", 1, "wanted")]);
    const seen: string[] = [];
    const choice = {
      fields: ["value"] as const,
      isWanted({ id, value }: { id: string; value: string }): boolean {
        seen.push(id);
        return value === "wanted";
      },
    };
    const wanted = ["00000", "01500", "03000", "04500", "like"];
    expect(idsOf(await store.list("setting", { choice }))).toEqual(wanted);
    expect(seen).toEqual([...ids, "like"]);
    const newest = await store.list("setting", { choice, newestFirst: true, after: "like" });
    expect(idsOf(newest)).toEqual(wanted.slice(0, 4).toReversed());
    expect(idsOf(await store.list("setting", { choice, limit: 2 }))).toEqual(wanted.slice(0, 2));
    expect(newest[0]).toEqual({ id: "04500", version: 1, value: "wanted" });
  });

  it.each(Object.keys(fullRecords))(
    "shows of a %s the fields that a choice asks for",
    async (name) => {
      const store = await open();
      // The keys of fullRecords are the kinds.
      const kind = name as Kind;
      const record = fullRecords[kind];
      // The record is of that kind, though the compiler does not see the two together.
      await store.commit([{ kind, record } as Write]);
      // Every field of a record is one of its kind.
      const fields = Object.keys(record) as "id"[];
      const heads: unknown[] = [];
      const isWanted = (head: unknown): boolean => heads.push(head) > 0;
      expect(await store.list(kind, { choice: { fields, isWanted } })).toEqual([record]);
      expect(heads).toEqual([record]);
    },
  );

  it("leaves out of a head what the record does not have", async () => {
    const store = await open();
    await store.commit([{ kind: "audit", record: withoutDetail }]);
    const heads: unknown[] = [];
    const isWanted = (head: unknown): boolean => heads.push(head) < 0;
    expect(await store.list("audit", { choice: { fields: ["detail"], isWanted } })).toEqual([]);
    expect(heads).toEqual([{ id: withoutDetail.id, version: 1 }]);
  });

  it("lists thousands of records, each once and in order", async () => {
    const ids = Array.from({ length: 1501 }, (_, n) => String(n).padStart(5, "0"));
    const store = await withSettings(open, ids.toReversed());
    expect(idsOf(await store.list("setting"))).toEqual(ids);
    expect(idsOf(await store.list("setting", { newestFirst: true }))).toEqual(ids.toReversed());
    expect(idsOf(await store.list("setting", { limit: 1000 }))).toEqual(ids.slice(0, 1000));
  });
}

function versionContract(open: OpenStore): void {
  it.each([
    ["creates a record that exists", 1, /"a": its newest version is 2/],
    ["skips a version", 4, /"a": its newest version is 2/],
    ["repeats a version", 2, /"a": its newest version is 2/],
  ])("refuses a write that %s", async (_, version, message) => {
    const store = await withSettings(open, ["a"]);
    await store.commit([settingWrite("a", 2)]);
    const refused = store.commit([settingWrite("a", version, "late")]);
    await expect(refused).rejects.toThrow(StaleWriteError);
    await expect(refused).rejects.toThrow(message);
    expect(await store.get("setting", "a")).toEqual({ id: "a", version: 2, value: "" });
  });

  it("refuses to replace a record that does not exist", async () => {
    const store = await open();
    await expect(store.commit([settingWrite("a", 2)])).rejects.toThrow(/"a": it does not exist/);
  });

  it("makes none of the writes when one of them is stale", async () => {
    const store = await withSettings(open, ["b"]);
    const writes = [settingWrite("a", 1), settingWrite("b", 2), settingWrite("b", 2)];
    await expect(store.commit(writes)).rejects.toThrow(StaleWriteError);
    expect(idsOf(await store.list("setting"))).toEqual(["b"]);
    // The versions are as before, too.
    await store.commit([settingWrite("a", 1), settingWrite("b", 2)]);
  });

  it("lets one of many writers of the same version win", async () => {
    const store = await withSettings(open, ["a"]);
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => store.commit([settingWrite("a", 2, String(n))])),
    );
    expect(results.map(({ status }) => status === "fulfilled").indexOf(true)).toBe(0);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await store.get("setting", "a"))?.value).toBe("0");
  });

  it("takes newer versions before the older ones are on disk", async () => {
    const store = await open();
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.commit([settingWrite("a", n + 1, String(n))])),
    );
    expect(await store.get("setting", "a")).toEqual({ id: "a", version: 50, value: "49" });
  });

  it("keeps a record as it was when it was committed", async () => {
    const store = await open();
    const record = { id: "a", version: 1, value: "then" };
    const committed = store.commit([{ kind: "setting", record }]);
    record.value = "later";
    await committed;
    expect((await store.get("setting", "a"))?.value).toBe("then");
  });
}

function watchContract(open: OpenStore): void {
  it("tells watchers of every commit in order, before the commit resolves", async () => {
    const store = await open();
    const seen: string[] = [];
    store.watch((writes) => seen.push(writes.map(({ record }) => record.id).join("+")));
    const commits = ["a", "b", "c"].map((id) =>
      store.commit([settingWrite(id, 1), settingWrite(`${id}2`, 1)]).then(() => seen.push(id)),
    );
    await Promise.all(commits);
    expect(seen.filter((id) => id.includes("+"))).toEqual(["a+a2", "b+b2", "c+c2"]);
    for (const id of ["a", "b", "c"]) {
      expect(seen.indexOf(`${id}+${id}2`)).toBeLessThan(seen.indexOf(id));
    }
  });

  it("shows a watcher records that can be read already", async () => {
    const store = await open();
    const read = new Promise((resolve) => {
      store.watch(() => resolve(store.get("setting", "a")));
    });
    await store.commit([settingWrite("a", 1, "x")]);
    expect(await read).toEqual({ id: "a", version: 1, value: "x" });
  });

  it("tells nobody of a refused commit, or after the watch has ended", async () => {
    const store = await open();
    const seen: (readonly Write[])[] = [];
    const end = store.watch((writes) => seen.push(writes));
    await expect(store.commit([settingWrite("a", 2)])).rejects.toThrow(StaleWriteError);
    end();
    await store.commit([settingWrite("a", 1)]);
    expect(seen).toEqual([]);
  });

  it("goes on when a watcher throws, and reports it", async () => {
    const errors: unknown[] = [];
    const store = await open({ onError: (error) => errors.push(error) });
    const seen: string[] = [];
    store.watch(() => {
      throw new Error("broken watcher");
    });
    store.watch((writes) => seen.push(...writes.map(({ record }) => record.id)));
    await store.commit([settingWrite("a", 1)]);
    await store.commit([settingWrite("b", 1)]);
    expect(seen).toEqual(["a", "b"]);
    expect(errors).toEqual([new Error("broken watcher"), new Error("broken watcher")]);
  });

  it("takes a commit from a watcher", async () => {
    const store = await open();
    const second = new Promise<void>((resolve) => {
      const end = store.watch(() => {
        end();
        resolve(store.commit([settingWrite("b", 1)]));
      });
    });
    await store.commit([settingWrite("a", 1)]);
    await second;
    expect(idsOf(await store.list("setting"))).toEqual(["a", "b"]);
  });
}

function purgeContract(open: OpenStore): void {
  it("forgets records and passes over ids that do not exist", async () => {
    const store = await withSettings(open, ["a", "b", "c"]);
    await store.purge("setting", ["a", "c", "nobody"]);
    await store.purge("person", ["b"]);
    await store.purge("setting", []);
    expect(idsOf(await store.list("setting"))).toEqual(["b"]);
  });

  it("keeps the order of commits and purges", async () => {
    const store = await withSettings(open, ["a"]);
    await Promise.all([
      store.commit([settingWrite("a", 2)]),
      store.purge("setting", ["a"]),
      store.commit([settingWrite("a", 1, "born again")]),
      store.commit([settingWrite("b", 1)]),
      store.purge("setting", ["b"]),
    ]);
    expect(await store.list("setting")).toEqual([{ id: "a", version: 1, value: "born again" }]);
  });
}

function closingContract(open: OpenStore): void {
  it("answers a probe, and shows nothing of it", async () => {
    const store = await open();
    expect(await store.probe()).toBe(true);
    for (const kind of Object.keys(fullRecords)) {
      expect(await store.list(kind as Kind)).toEqual([]);
    }
  });

  it("writes what waits before it closes, and takes nothing more", async () => {
    const store = await open();
    const seen: string[] = [];
    store.watch((writes) => seen.push(...writes.map(({ record }) => record.id)));
    const ids = Array.from({ length: 100 }, (_, n) => String(n));
    const commits = ids.map((id) => store.commit([settingWrite(id, 1, "x".repeat(10_000))]));
    const closed = store.close();
    await expect(store.commit([settingWrite("late", 1)])).rejects.toThrow(StoreUnavailableError);
    await Promise.all([...commits, closed]);
    expect(seen).toEqual(ids);
    await expect(store.get("setting", "0")).rejects.toThrow(/store is closed/);
    expect(await store.probe()).toBe(false);
    await store.close();
  });
}
