import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { StoreUnavailableError, UserError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { createRecordStore } from "../../src/store/record-store.ts";
import { createSqliteDisk } from "../../src/store/sqlite-disk.ts";
import { SqliteRows } from "../../src/store/sqlite-rows.ts";
import { createVersions } from "../../src/store/versions.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { openStore } from "./open-store.ts";
import { settingWrite } from "./sample-records.ts";
import { canMount, smallDisk } from "./small-disk.ts";

type Outcomes = { kept: string[]; lost: string[]; error: unknown };

/** Commits until the disk is full, several at a time; each commit is two records. */
async function fill(store: Store): Promise<Outcomes> {
  const outcomes: Outcomes = { kept: [], lost: [], error: undefined };
  for (let from = 0; outcomes.lost.length === 0 && from < 10_000; from += 10) {
    const ids = Array.from({ length: 10 }, (_, n) => String(from + n).padStart(6, "0"));
    const commits = ids.map(async (id) => {
      try {
        await store.commit([
          settingWrite(`${id}-a`, 1, "x".repeat(3000)),
          settingWrite(`${id}-b`, 1),
        ]);
        outcomes.kept.push(id);
      } catch (error) {
        outcomes.lost.push(id);
        outcomes.error = error;
      }
    });
    await Promise.all(commits);
  }
  return outcomes;
}

async function expectExactly(store: Store, ids: readonly string[]): Promise<void> {
  const found = (await store.list("setting")).map(({ id }) => id);
  expect(found).toEqual(ids.flatMap((id) => [`${id}-a`, `${id}-b`]));
}

function expectFull({ kept, lost, error }: Outcomes): void {
  expect(kept.length).toBeGreaterThan(0);
  expect(lost.length).toBeGreaterThan(0);
  expect(error).toBeInstanceOf(StoreUnavailableError);
  expect(String(error)).toContain("Cannot save records: the disk is full. Free some space on it.");
  expect(error).toHaveProperty("cause.code", "SQLITE_FULL");
}

describe("a database that may not grow", () => {
  it("loses nothing that was acknowledged, keeps nothing that was refused, and recovers", async () => {
    const path = join(temporaryDirectory(), "thopter.db");
    const rows = new SqliteRows(path);
    const store = createRecordStore({
      disk: createSqliteDisk(rows),
      versions: createVersions(),
      onError: () => undefined,
    });
    onTestFinished(() => store.close());
    await rows.query("PRAGMA journal_mode = WAL");
    await rows.query("PRAGMA max_page_count = 100");

    const outcomes = await fill(store);
    expectFull(outcomes);
    expect(await store.probe()).toBe(false);
    await expectExactly(store, outcomes.kept);

    await rows.query("PRAGMA max_page_count = 1000");
    expect(await store.probe()).toBe(true);
    await store.commit(
      outcomes.lost.flatMap((id) => [settingWrite(`${id}-a`, 1), settingWrite(`${id}-b`, 1)]),
    );
    await expectExactly(store, [...outcomes.kept, ...outcomes.lost]);
  });
});

describe.runIf(canMount)("a disk without room", () => {
  it("loses nothing that was acknowledged, keeps nothing that was refused, and recovers", async () => {
    const { directory } = smallDisk(3_000_000);
    const filler = join(directory, "filler");
    writeFileSync(filler, Buffer.alloc(1_500_000));
    const store = await openStore(directory);

    const outcomes = await fill(store);
    expectFull(outcomes);
    expect(await store.probe()).toBe(false);
    await expect(store.commit([settingWrite("more", 1)])).rejects.toThrow(/disk is full/);
    await expectExactly(store, outcomes.kept);

    rmSync(filler);
    expect(await store.probe()).toBe(true);
    await store.commit([settingWrite("after-a", 1), settingWrite("after-b", 1)]);
    await store.close();
    await expectExactly(await openStore(directory), [...outcomes.kept, "after"]);
  });

  it("refuses to open, and says what to do", async () => {
    const { directory } = smallDisk(100_000);
    writeFileSync(join(directory, "filler"), Buffer.alloc(60_000));
    const refused = openStore(directory);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      `Cannot open the data directory "${directory}": the disk is full. Free some space on it.`,
    );
  });
});
