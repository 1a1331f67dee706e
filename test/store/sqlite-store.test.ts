import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { Write } from "../../src/core/ports/store.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";
import { SqliteRows } from "../../src/store/sqlite-rows.ts";
import { storeContract } from "../contracts/store-contract.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { hub, openStore } from "./open-store.ts";
import { fullRecords, settingWrite } from "./sample-records.ts";

storeContract("the SQLite store", (options) => openStore(temporaryDirectory(), options?.onError));

describe("the SQLite store", () => {
  it("has every record after it was closed and opened again", async () => {
    const directory = join(temporaryDirectory(), "made", "for", "it");
    const { setting, ...others } = fullRecords;
    // The keys of fullRecords are the kinds.
    const writes = Object.entries(others).map(([kind, record]) => ({ kind, record }) as Write);
    const first = await openStore(directory);
    await first.commit([{ kind: "setting", record: setting }, ...writes]);
    await first.commit([settingWrite(setting.id, 2, "newer")]);
    await first.close();
    const second = await openStore(directory);
    for (const { kind, record } of writes) expect(await second.list(kind)).toEqual([record]);
    expect(await second.list("setting")).toEqual([{ id: setting.id, version: 2, value: "newer" }]);
  });

  it("knows the version of every record after it was opened again", async () => {
    const directory = temporaryDirectory();
    const ids = Array.from({ length: 12_000 }, (_, n) => String(n));
    const first = await openStore(directory);
    await first.commit(ids.map((id) => settingWrite(id, 1)));
    await first.commit([settingWrite("7", 2)]);
    await first.purge("setting", ["8"]);
    await first.close();
    const second = await openStore(directory);
    await expect(second.commit([settingWrite("7", 2)])).rejects.toThrow(/newest version is 2/);
    await expect(second.commit([settingWrite("8", 2)])).rejects.toThrow(/does not exist/);
    await second.commit(
      ids.map((id) => settingWrite(id, id === "7" ? 3 : Number(id !== "8") + 1, "again")),
    );
  });

  it("keeps its rows as Keyv does, in a write-ahead log", async () => {
    const directory = temporaryDirectory();
    const store = await openStore(directory);
    await store.commit([settingWrite("a", 1, "x")]);
    expect(existsSync(join(directory, "thopter.db-wal"))).toBe(true);
    await store.close();
    const rows = new SqliteRows(join(directory, "thopter.db"));
    expect(await rows.get("setting:a")).toBe('{"value":{"id":"a","version":1,"value":"x"}}');
    expect(await rows.query("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
    await rows.close();
  });
});

describe("a second hub on the same directory", () => {
  it("is refused and told which hub is there", async () => {
    const directory = temporaryDirectory();
    const url = "http://127.0.0.1:7777";
    const options = { directory, hub: { ...hub, url }, onError: () => undefined };
    const first = await createSqliteStore(options);
    const refused = createSqliteStore({ ...options, hub: { pid: 1, startedAt: 0 } });
    await expect(refused).rejects.toThrow(UserError);
    await expect(refused).rejects.toThrow(
      `Cannot open the data directory "${directory}": the hub with process id ${String(process.pid)} ` +
        `at ${url}, started 2026-01-02T03:04:05.000Z, uses it. ` +
        "Stop it first, or set THOPTER_DATA_DIR to another directory.",
    );
    await first.commit([settingWrite("a", 1)]);
    await first.close();
    expect(existsSync(join(directory, "hub.json"))).toBe(false);
    const second = await openStore(directory);
    expect(await second.list("setting")).toHaveLength(1);
  });

  it("is refused where nobody can say who is there", async () => {
    const directory = temporaryDirectory();
    await openStore(directory);
    writeFileSync(join(directory, "hub.json"), "{");
    await expect(openStore(directory)).rejects.toThrow(/another process uses it\. Stop it first/);
  });

  it("is let in when the first one left nothing but its name", async () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "hub.json"), JSON.stringify({ pid: 1, startedAt: 0 }));
    await openStore(directory);
    expect(JSON.parse(readFileSync(join(directory, "hub.json"), "utf8"))).toEqual(hub);
  });

  it("leaves one of two that open at the same moment", async () => {
    const directory = temporaryDirectory();
    await (await openStore(directory)).close();
    const results = await Promise.allSettled(
      [1, 2].map((pid) =>
        createSqliteStore({ directory, hub: { pid, startedAt: 0 }, onError: () => undefined }),
      ),
    );
    const opened = results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    for (const store of opened) await store.close();
    expect(opened).toHaveLength(1);
  });
});
