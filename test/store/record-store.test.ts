import { describe, expect, it, onTestFinished } from "vitest";
import { StaleWriteError, StoreUnavailableError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Disk } from "../../src/store/disk.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createRecordStore } from "../../src/store/record-store.ts";
import { createVersions } from "../../src/store/versions.ts";
import { settingWrite } from "./sample-records.ts";

const full = new Error("no space left");

/** A store over a disk that can be full, or so slow that it ends no write until it is told to. */
function createTroubled() {
  let trouble: Error | undefined;
  let gate: Promise<void> | undefined;
  const store = createMemoryStore({
    async beforeWrite() {
      await gate;
      if (trouble !== undefined) throw trouble;
    },
  });
  return {
    store,
    setFull(isFull: boolean): void {
      trouble = isFull ? full : undefined;
    },
    /** Writes wait until the answer is called. */
    hold(): () => void {
      let open = (): void => undefined;
      gate = new Promise((resolve) => (open = resolve));
      return open;
    },
  };
}

const valueOf = async (store: Store, id: string): Promise<string | undefined> =>
  (await store.get("setting", id))?.value;

describe("a store whose disk takes no writes", () => {
  it("rejects the batch and all accepted behind it, with the cause", async () => {
    const { store, setFull } = createTroubled();
    setFull(true);
    const commits = ["a", "b"].map((id) => store.commit([settingWrite(id, 1)]));
    await Promise.resolve();
    commits.push(store.commit([settingWrite("c", 1)]), store.purge("setting", ["c"]));
    for (const commit of commits) {
      await expect(commit).rejects.toThrow(StoreUnavailableError);
      await expect(commit).rejects.toHaveProperty("cause", full);
    }
    expect(await store.list("setting")).toEqual([]);
  });

  it("takes versions back to what is on disk", async () => {
    const { store, setFull } = createTroubled();
    await store.commit([settingWrite("a", 1, "kept")]);
    setFull(true);
    const lost = await Promise.allSettled([
      store.commit([settingWrite("a", 2), settingWrite("b", 1)]),
      store.commit([settingWrite("a", 3), settingWrite("b", 2)]),
      store.purge("setting", ["a"]),
      store.commit([settingWrite("a", 1)]),
    ]);
    expect(lost.map(({ status }) => status)).toEqual(Array(4).fill("rejected"));
    setFull(false);
    expect(await store.probe()).toBe(true);
    await expect(store.commit([settingWrite("a", 3)])).rejects.toThrow(StaleWriteError);
    await expect(store.commit([settingWrite("b", 2)])).rejects.toThrow(StaleWriteError);
    expect(await valueOf(store, "a")).toBe("kept");
    await store.commit([settingWrite("a", 2, "new"), settingWrite("b", 1)]);
    expect(await valueOf(store, "a")).toBe("new");
  });

  it("takes no commits until a probe has reached the disk", async () => {
    const { store, setFull } = createTroubled();
    setFull(true);
    await expect(store.commit([settingWrite("a", 1)])).rejects.toThrow(StoreUnavailableError);
    expect(await store.probe()).toBe(false);
    setFull(false);
    await expect(store.commit([settingWrite("a", 1)])).rejects.toThrow(StoreUnavailableError);
    await expect(store.purge("setting", ["a"])).rejects.toThrow(StoreUnavailableError);
    expect(await store.probe()).toBe(true);
    await store.commit([settingWrite("a", 1)]);
  });

  it("takes no commits after a probe that failed, even if none failed before", async () => {
    const { store, setFull } = createTroubled();
    setFull(true);
    expect(await store.probe()).toBe(false);
    setFull(false);
    await expect(store.commit([settingWrite("a", 1)])).rejects.toThrow(StoreUnavailableError);
  });

  it("tells watchers nothing of what was lost, and closes all the same", async () => {
    const { store, setFull } = createTroubled();
    store.watch(() => expect.unreachable());
    setFull(true);
    await expect(store.commit([settingWrite("a", 1)])).rejects.toThrow(StoreUnavailableError);
    await store.close();
  });
});

describe("a store whose disk is slow", () => {
  it("shows only what is on disk", async () => {
    const { store, hold } = createTroubled();
    await store.commit([settingWrite("a", 1, "old")]);
    const open = hold();
    const commit = store.commit([settingWrite("a", 2, "new"), settingWrite("b", 1)]);
    expect(await valueOf(store, "a")).toBe("old");
    expect(await store.list("setting")).toHaveLength(1);
    open();
    await commit;
    expect(await valueOf(store, "a")).toBe("new");
    expect(await store.list("setting")).toHaveLength(2);
  });

  it("refuses a stale write at once, before the one it lost against is on disk", async () => {
    const { store, hold } = createTroubled();
    const open = hold();
    const commit = store.commit([settingWrite("a", 1)]);
    await expect(store.commit([settingWrite("a", 1)])).rejects.toThrow(StaleWriteError);
    open();
    await commit;
  });

  it("makes commits wait for room, and drops none", async () => {
    const { store, hold } = createTroubled();
    const open = hold();
    const text = "x".repeat(50_000);
    const commits = Array.from({ length: 60 }, (_, n) =>
      store.commit([settingWrite("a", n + 1, text)]),
    );
    open();
    await Promise.all(commits);
    expect((await store.get("setting", "a"))?.version).toBe(60);
  });
});

describe("a batch", () => {
  it("writes of one record only the newest version, and never splits a commit", async () => {
    const batches: string[][] = [];
    const store = createRecordStore({
      disk: recordingDisk(batches),
      versions: createVersions(),
      onError: () => undefined,
    });
    onTestFinished(() => store.close());
    const large = "x".repeat(100_000);
    await Promise.all([
      store.commit([settingWrite("a", 1), settingWrite("b", 1)]),
      store.commit([settingWrite("a", 2), settingWrite("a", 3)]),
      store.commit(["c", "d", "e", "f"].map((id) => settingWrite(id, 1, large))),
    ]);
    expect(batches).toEqual([
      ["setting:a 3", "setting:b 1"],
      ["setting:c 1", "setting:d 1", "setting:e 1", "setting:f 1"],
    ]);
  });
});

function recordingDisk(batches: string[][]): Disk {
  return {
    read: () => Promise.resolve(undefined),
    readAll: () => Promise.resolve([]),
    page: () => Promise.resolve([]),
    heads: () => Promise.resolve([]),
    async write(rows) {
      batches.push(
        rows.map(({ key, text }) => `${key} ${/"version":(\d+)/.exec(text)?.[1] ?? ""}`),
      );
      await Promise.resolve();
    },
    remove: () => Promise.resolve(),
    probe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
