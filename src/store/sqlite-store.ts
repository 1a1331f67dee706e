import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { StoreUnavailableError, UserError } from "../core/errors.ts";
import type { Store } from "../core/ports/store.ts";
import { explainFailure, isBusy } from "./disk-failure.ts";
import type { Failure } from "./disk-failure.ts";
import type { Disk } from "./disk.ts";
import { describeHolder, readHolder, removeHolder, writeHolder } from "./holder.ts";
import type { Holder } from "./holder.ts";
import { loadVersions } from "./load-versions.ts";
import { DamagedRecordError } from "./record-schemas.ts";
import { createRecordStore } from "./record-store.ts";
import { createSqliteDisk } from "./sqlite-disk.ts";
import { SqliteRows } from "./sqlite-rows.ts";
import { createVersions } from "./versions.ts";

const journalModeSchema = z.tuple([z.object({ journal_mode: z.literal("wal") })]);

export type SqliteStoreOptions = {
  directory: string;
  /** What a second hub on the same directory is told of this one. */
  hub: Holder;
  /** Hears what a listener of `watch` throws. */
  onError: (error: unknown) => void;
};

/**
 * Opens the records in `directory`, made when it is not there, for this process alone. Throws a
 * UserError when another hub uses it, when nothing can be written there, or when it is damaged.
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const directory = resolve(options.directory);
  const versions = createVersions();
  let rows: SqliteRows | undefined;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    rows = new SqliteRows(join(directory, "thopter.db"));
    const disk = createSqliteDisk(rows);
    await takeForOneself(rows, options.hub.pid);
    await loadVersions(rows, versions);
    await disk.probe();
    await writeHolder(directory, options.hub);
    const held = { ...disk, close: () => release(disk, directory) };
    return createRecordStore({ disk: held, versions, onError: options.onError });
  } catch (cause) {
    // What never opened cannot be closed; the cause says so already.
    await rows?.close().catch(() => undefined);
    throw await openError(directory, cause);
  }
}

/** Holds the file from here to the end; throws SQLITE_BUSY when another process does. */
async function takeForOneself(rows: SqliteRows, pid: number): Promise<void> {
  // Of two hubs that start in the same moment each waits for the other: one has to give up first.
  await rows.query(`PRAGMA busy_timeout = ${String(500 + (pid % 8) * 150)}`);
  await rows.query("PRAGMA locking_mode = EXCLUSIVE");
  const mode: unknown = await rows.query("PRAGMA journal_mode = WAL");
  if (!journalModeSchema.safeParse(mode).success) {
    throw new Error("SQLite cannot keep a write-ahead log there");
  }
  await rows.query("PRAGMA synchronous = FULL");
  // The lock is taken by the first transaction that writes, and then kept.
  await rows.query("BEGIN EXCLUSIVE");
  await rows.query("COMMIT");
}

async function release(disk: Disk, directory: string): Promise<void> {
  try {
    // While the file is still held, for the next hub writes a holder of its own.
    await removeHolder(directory);
  } finally {
    await disk.close();
  }
}

async function openError(directory: string, error: unknown): Promise<UserError> {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  const why = await whyNotOpened(directory, cause);
  const message = `Cannot open the data directory "${directory}": ${why}`;
  return new UserError(message, { code: "unavailable", cause });
}

async function whyNotOpened(directory: string, cause: unknown): Promise<string> {
  if (cause instanceof DamagedRecordError) return cause.message;
  const { reason, remedy } = isBusy(cause) ? await inUse(directory) : explainFailure(cause);
  return `${reason}. ${remedy}`;
}

async function inUse(directory: string): Promise<Failure> {
  const holder = await readHolder(directory);
  const who = holder === undefined ? "another process" : describeHolder(holder);
  return {
    reason: `${who} uses it`,
    remedy: "Stop it first, or set THOPTER_DATA_DIR to another directory.",
  };
}
