import { StoreUnavailableError } from "../core/errors.ts";
import type { Kind, Store, Write } from "../core/ports/store.ts";
import type { Disk, Row } from "./disk.ts";
import { createGroupCommit } from "./group-commit.ts";
import { keyOf } from "./record-keys.ts";
import { createRecordReader } from "./record-reader.ts";
import type { Change, Versions } from "./versions.ts";
import { createWatchers } from "./watchers.ts";

export type RecordStorePorts = {
  disk: Disk;
  versions: Versions;
  /** Hears what a listener of `watch` throws. */
  onError(error: unknown): void;
};

type Item =
  | { type: "commit"; writes: readonly Write[]; rows: readonly Row[]; changes: Change[] }
  | { type: "purge"; kind: Kind; ids: readonly string[]; changes: Change[] }
  | { type: "probe"; changes: Change[] };

// In characters. A full batch takes 2 to 6 ms on an ordinary disk (some 500 records).
const maxBatchSize = 256 * 1024;
// What a row costs beyond its text.
const rowSize = 200;

/** The store over any disk: versions, group commit, what happens when the disk takes no writes. */
export function createRecordStore({ disk, versions, onError }: RecordStorePorts): Store {
  const reader = createRecordReader(disk);
  const watchers = createWatchers(onError);
  let unavailable: StoreUnavailableError | undefined;
  let closed: Promise<void> | undefined;

  const groupCommit = createGroupCommit<Item>(
    { sizeOf, isAlone: (item) => item.type !== "commit", accept, write, written, lost },
    maxBatchSize,
  );

  function accept(item: Item): void {
    if (item.type === "probe") return;
    if (unavailable !== undefined) throw again(unavailable);
    item.changes =
      item.type === "commit" ? versions.accept(item.writes) : versions.forget(item.kind, item.ids);
  }

  async function write(batch: readonly Item[]): Promise<void> {
    const rows = new Map<string, Row>();
    for (const item of batch) {
      if (item.type === "probe") return disk.probe();
      if (item.type === "purge") return disk.remove(item.ids.map((id) => keyOf(item.kind, id)));
      for (const row of item.rows) rows.set(row.key, row);
    }
    await disk.write([...rows.values()]);
  }

  function written(batch: readonly Item[]): void {
    for (const item of batch) {
      if (item.type === "probe") unavailable = undefined;
      if (item.type === "commit") watchers.tell(item.writes);
    }
  }

  function lost(items: readonly Item[], cause: unknown): Error {
    versions.undo(items.flatMap((item) => item.changes));
    unavailable =
      cause instanceof StoreUnavailableError
        ? cause
        : new StoreUnavailableError("Cannot save records: the disk refused them", { cause });
    return unavailable;
  }

  function submit(item: Item): Promise<void> {
    if (closed === undefined) return groupCommit.submit(item);
    return Promise.reject(new StoreUnavailableError("Cannot save records: the store is closed"));
  }

  async function close(): Promise<void> {
    await groupCommit.idle();
    await reader.close();
    await disk.close();
  }

  return {
    get: reader.get,
    list: reader.list,
    async commit(writes) {
      if (writes.length === 0) return;
      await submit({ type: "commit", writes, rows: writes.map(rowOf), changes: [] });
    },
    async purge(kind, ids) {
      if (ids.length > 0) await submit({ type: "purge", kind, ids, changes: [] });
    },
    watch: watchers.watch,
    probe: () =>
      submit({ type: "probe", changes: [] }).then(
        () => true,
        () => false,
      ),
    close: () => (closed ??= close()),
  };
}

function rowOf({ kind, record }: Write): Row {
  return { key: keyOf(kind, record.id), text: JSON.stringify(record) };
}

function sizeOf(item: Item): number {
  if (item.type !== "commit") return 0;
  return item.rows.reduce((size, row) => size + rowSize + row.text.length, 0);
}

function again(error: StoreUnavailableError): StoreUnavailableError {
  return new StoreUnavailableError(error.message, { cause: error.cause });
}
