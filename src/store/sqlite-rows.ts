import { KeyvSqlite } from "@keyv/sqlite";

type KeyvRow = { key: string; value: string };

export const table = "records";

// `WHERE true` keeps SQLite from reading ON CONFLICT as a join condition.
const upsertAll = `INSERT INTO ${table} (key, value)
  SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?) WHERE true
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

  async setMany(rows: readonly KeyvRow[]): Promise<void> {
    await this.query(upsertAll, JSON.stringify(rows.map(({ key, value }) => [key, value])));
  }

  override async deleteMany(keys: string[]): Promise<boolean> {
    await this.query(deleteAll, JSON.stringify(keys));
    return true;
  }
}
