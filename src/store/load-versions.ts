import { z } from "zod";
import type { Kind } from "../core/ports/store.ts";
import { keyOf, keyRange } from "./record-keys.ts";
import { DamagedRecordError, kinds } from "./record-schemas.ts";
import { readGroup, table } from "./sqlite-rows.ts";
import type { SqliteRows } from "./sqlite-rows.ts";
import type { Versions } from "./versions.ts";

// Whatever is no version counts as none.
const rowsSchema = z.array(z.tuple([z.string(), z.int().positive().nullable().catch(null)]));

const pageRows = 5000;

// SQLite takes the version out of the text: reading 100,000 records takes well under a second.
const select = `SELECT json_array(substr(key, ?),
    CASE WHEN json_valid(value) THEN json_extract(value, '$.value.version') END) AS found
  FROM ${table} WHERE key > ? AND key < ? ORDER BY key LIMIT ${String(pageRows)}`;

/** Learns the version of every record on disk; throws at a row that is no record. */
export async function loadVersions(rows: SqliteRows, versions: Versions): Promise<void> {
  for (const kind of kinds) await loadKind(kind, rows, versions);
}

async function loadKind(kind: Kind, rows: SqliteRows, versions: Versions): Promise<void> {
  const range = keyRange(kind);
  let { from } = range;
  for (;;) {
    const found = await readGroup(rows, select, [range.from.length + 1, from, range.to]);
    const page = rowsSchema.parse(found);
    for (const [id, version] of page) {
      if (version === null) throw new DamagedRecordError(keyOf(kind, id), "it has no version");
      versions.load(kind, id, version);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return;
    from = keyOf(kind, last[0]);
  }
}
