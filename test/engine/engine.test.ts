import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createRecordStore } from "../../src/store/record-store.ts";
import { createSqliteDisk } from "../../src/store/sqlite-disk.ts";
import { SqliteRows } from "../../src/store/sqlite-rows.ts";
import { createVersions } from "../../src/store/versions.ts";
import { describeEngine } from "../contracts/engine-contract.ts";
import { temporaryDirectory } from "../temp-directory.ts";
import { createEmbeddedHost } from "./embedded-host.ts";

describeEngine("a store in memory", () =>
  createEmbeddedHost(async (beforeWrite) => createMemoryStore({ beforeWrite })),
);

describeEngine("SQLite", () =>
  createEmbeddedHost(async (gate) => {
    const rows = new SqliteRows(join(temporaryDirectory(), "thopter.db"));
    await rows.query("PRAGMA journal_mode = WAL");
    const disk = createSqliteDisk(rows);
    const store = createRecordStore({
      disk: {
        ...disk,
        async write(changed) {
          gate();
          await disk.write(changed);
        },
        async probe() {
          gate();
          await disk.probe();
        },
      },
      versions: createVersions(),
      onError(error) {
        throw error;
      },
    });
    onTestFinished(() => store.close());
    return store;
  }),
);
