import { Keyv } from "keyv";
import { z } from "zod";
import { StoreUnavailableError } from "../core/errors.ts";
import { explainFailure } from "./disk-failure.ts";
import type { Disk, Head, HeadPage, Page, Row } from "./disk.ts";
import { readGroup, table } from "./sqlite-rows.ts";
import type { SqliteRows } from "./sqlite-rows.ts";

// As Keyv stores a value, so that any Keyv client can read the file; the text within is JSON already.
const before = '{"value":';
const behind = "}";

const rowsSchema = z.array(z.object({ key: z.string(), value: z.string() }));

const headsSchema = z.array(z.tuple([z.string(), z.array(z.unknown())]));

const probeKey = "probe";
const probeText = JSON.stringify("p".repeat(64 * 1024));

/** A disk over an open database. */
export function createSqliteDisk(rows: SqliteRows): Disk {
  const keyv = new Keyv<string>({
    store: rows,
    useKeyPrefix: false,
    throwOnErrors: true,
    serialize: ({ value }) => `${before}${String(value)}${behind}`,
    // Keyv leaves the type of the value open; here every one is a text.
    deserialize: <Value>(stored: string) => ({ value: textOf(stored) as Value }),
  });

  return {
    read: (key) => orExplain("read", keyv.get<string>(key)),
    readAll: (keys) => orExplain("read", readAll(rows, keys)),
    page: (page) => orExplain("read", readPage(rows, page)),
    heads: (page) => orExplain("read", readHeads(rows, page)),
    async write(changed) {
      const entries = changed.map(({ key, text }) => ({ key, value: text }));
      await orExplain("save", keyv.setMany(entries));
    },
    async remove(keys) {
      await orExplain("remove", keyv.deleteMany([...keys]));
    },
    async probe() {
      await orExplain("save", keyv.set(probeKey, probeText));
      await orExplain("save", keyv.deleteMany([probeKey]));
    },
    close: () => keyv.disconnect(),
  };
}

function textOf(stored: string): string {
  return stored.slice(before.length, -behind.length);
}

async function readAll(rows: SqliteRows, keys: readonly string[]): Promise<Row[]> {
  const select = `SELECT ${table}.key, ${table}.value FROM json_each(?) AS wanted
    JOIN ${table} ON ${table}.key = wanted.value ORDER BY wanted.key`;
  return rowsOf(await rows.query(select, JSON.stringify(keys)));
}

async function readPage(rows: SqliteRows, page: Page): Promise<Row[]> {
  const select = `SELECT key, value ${pageOf(page)}`;
  return rowsOf(await rows.query(select, page.from, page.to, page.limit));
}

async function readHeads(rows: SqliteRows, page: HeadPage): Promise<Head[]> {
  // SQLite takes the members out of the text; asked for two or more it answers with an array.
  const paths = page.fields.map((field) => `$.value.${field}`);
  const head = `json_extract(value${", ?".repeat(paths.length)})`;
  const select = `SELECT json_array(key, ${head}) AS found ${pageOf(page)}`;
  const found = await readGroup(rows, select, [...paths, page.from, page.to, page.limit]);
  return headsSchema.parse(found).map(([key, values]) => ({ key, values }));
}

function pageOf({ newestFirst }: Page): string {
  return `FROM ${table} WHERE key > ? AND key < ? ORDER BY key ${newestFirst ? "DESC" : "ASC"} LIMIT ?`;
}

function rowsOf(found: unknown): Row[] {
  return rowsSchema.parse(found).map(({ key, value }) => ({ key, text: textOf(value) }));
}

async function orExplain<T>(verb: "read" | "save" | "remove", work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const { reason, remedy } = explainFailure(cause);
    throw new StoreUnavailableError(`Cannot ${verb} records: ${reason}. ${remedy}`, { cause });
  }
}
