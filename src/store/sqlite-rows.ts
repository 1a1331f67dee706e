import { KeyvSqlite } from "@keyv/sqlite";
import { z } from "zod";

type KeyvRow = { key: string; value: string };

export const table = "records";

// `WHERE true` keeps SQLite from reading ON CONFLICT as a join condition.
const upsertAll = `INSERT INTO ${table} (key, value)
  SELECT key, value FROM json_each(?) WHERE true
  ON CONFLICT (key) DO UPDATE SET value = excluded.value`;

const deleteAll = `DELETE FROM ${table} WHERE key IN (SELECT value FROM json_each(?))`;

/**
 * Keyv's adapter with one statement for many rows, which SQLite does wholly or not at all. Without
 * `setMany` Keyv makes one commit per entry; the adapter's own `deleteMany` first reads every row.
 */
export class SqliteRows extends KeyvSqlite {
  constructor(path: string) {
    super({ uri: `sqlite://${path}`, table });
  }

  /** The values are JSON, which goes to SQLite as it is: as texts within a text it would be written a second time. */
  async setMany(rows: readonly KeyvRow[]): Promise<void> {
    const members = rows.map(({ key, value }) => `${JSON.stringify(key)}:${value}`);
    await this.query(upsertAll, `{${members.join(",")}}`);
  }

  override async deleteMany(keys: string[]): Promise<boolean> {
    await this.query(deleteAll, JSON.stringify(keys));
    return true;
  }
}

const groupSchema = z.tuple([z.object({ found: z.string() })]);

/**
 * Reads the column `found` of a query, which is JSON, from all its rows at once: one text that is
 * parsed costs a fraction of thousands of rows that are handed over one by one.
 */
export async function readGroup(
  rows: SqliteRows,
  select: string,
  parameters: readonly (string | number)[],
): Promise<unknown> {
  const all = `SELECT '[' || coalesce(group_concat(found), '') || ']' AS found FROM (${select})`;
  const answer: unknown = await rows.query(all, ...parameters);
  const [{ found }] = groupSchema.parse(answer);
  return JSON.parse(found);
}
