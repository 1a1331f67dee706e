import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { SqliteRows } from "../../src/store/sqlite-rows.ts";
import { DamagedRecordError } from "../../src/store/record-schemas.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { openStore } from "./open-store.ts";
import { settingWrite } from "./sample-records.ts";
import { canMount, smallDisk } from "./small-disk.ts";

/** A closed database of some pages. */
async function directoryWithRecords(): Promise<string> {
  const directory = temporaryDirectory();
  const store = await openStore(directory);
  const ids = Array.from({ length: 200 }, (_, n) => String(n));
  await store.commit(ids.map((id) => settingWrite(id, 1, "x".repeat(500))));
  await store.close();
  return directory;
}

async function changeRow(directory: string, value: string): Promise<void> {
  const rows = new SqliteRows(join(directory, "thopter.db"));
  await rows.set("setting:7", value);
  await rows.close();
}

describe("a data directory that cannot be written", () => {
  it("is refused when it is a file", async () => {
    const path = join(temporaryDirectory(), "file");
    writeFileSync(path, "mine");
    for (const directory of [path, join(path, "below")]) {
      const refused = openStore(directory);
      await expect(refused).rejects.toThrow(UserError);
      await expect(refused).rejects.toThrow(
        `Cannot open the data directory "${directory}": nothing can be written there. Make it a directory`,
      );
    }
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  it.runIf(canMount)("is refused when its file system is read-only", async () => {
    const { directory, makeReadOnly } = smallDisk(4_000_000);
    makeReadOnly();
    await expect(openStore(directory)).rejects.toThrow(/nothing can be written there\. Make it/);
  });

  it.runIf(canMount)("is refused when its file system has become read-only", async () => {
    const { directory, makeReadOnly } = smallDisk(4_000_000);
    cpSync(await directoryWithRecords(), directory, { recursive: true });
    makeReadOnly();
    await expect(openStore(directory)).rejects.toThrow(/nothing can be written there\. Make it/);
  });
});

describe("a damaged database", () => {
  it.each([
    ["its head", 0, 100],
    ["one of its pages", 4096 * 3, 4096],
    ["all but its head", 4096, 4096 * 20],
  ])("is refused and left as it is when %s is overwritten", async (_, from, length) => {
    const directory = await directoryWithRecords();
    const file = join(directory, "thopter.db");
    const bytes = readFileSync(file).fill(0xa5, from, from + length);
    writeFileSync(file, bytes);
    const refused = openStore(directory);
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      "the database file is damaged. Restore the directory from a backup",
    );
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it.each([
    ["is not JSON", '{"value":{"id":"7",'],
    ["has no version", '{"value":{"id":"7","value":""}}'],
    ["has a version that is no number", '{"value":{"id":"7","version":"1","value":""}}'],
  ])("is refused when a row %s, which is named", async (_, value) => {
    const directory = await directoryWithRecords();
    await changeRow(directory, value);
    await expect(openStore(directory)).rejects.toThrow(
      /^Cannot open the data directory ".*": Cannot read record "setting:7": it has no version\. .*Restore the data directory/,
    );
  });

  it.each([
    ["lacks a field", { id: "7", version: 1 }, "value: "],
    ["has a field too many", { id: "7", version: 1, value: "", color: "red" }, '"color"'],
    ["has a field of another type", { id: "7", version: 1, value: 5 }, "value: "],
  ])("says which record it cannot read when a row %s", async (_, record, words) => {
    const directory = await directoryWithRecords();
    await changeRow(directory, JSON.stringify({ value: record }));
    const store = await openStore(directory);
    for (const refused of [store.get("setting", "7"), store.list("setting")]) {
      await expect(refused).rejects.toThrow(DamagedRecordError);
      await expect(refused).rejects.toThrow('Cannot read record "setting:7": ');
      await expect(refused).rejects.toThrow(words);
    }
    expect(await store.get("setting", "8")).toBeDefined();
  });

  it.each([
    ["lacks a field that a choice asks for", { id: "7", version: 1 }],
    ["has one of another type", { id: "7", version: 1, value: 5 }],
  ])("says which record it cannot choose by when a row %s", async (_, record) => {
    const directory = await directoryWithRecords();
    await changeRow(directory, JSON.stringify({ value: record }));
    const store = await openStore(directory);
    const choice = { fields: ["value"] as const, isWanted: () => false };
    const refused = store.list("setting", { choice });
    await expect(refused).rejects.toThrow(DamagedRecordError);
    await expect(refused).rejects.toThrow('Cannot read record "setting:7": value: ');
  });
});
