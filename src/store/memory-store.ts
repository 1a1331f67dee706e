import type { Store } from "../core/ports/store.ts";
import type { Disk, Page, Row } from "./disk.ts";
import { createRecordStore } from "./record-store.ts";
import { createVersions } from "./versions.ts";

export type MemoryStoreOptions = {
  /** Called before anything is kept: waits like a slow disk, throws like a full one. */
  beforeWrite?: () => Promise<void> | void;
  onError?: (error: unknown) => void;
};

/** A store for tests: all of a real one but the disk. */
export function createMemoryStore({ beforeWrite, onError }: MemoryStoreOptions = {}): Store {
  return createRecordStore({
    disk: createMemoryDisk(async () => beforeWrite?.()),
    versions: createVersions(),
    onError: onError ?? throwLater,
  });
}

/** Nobody listens: the error surfaces as an uncaught one. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

function createMemoryDisk(beforeWrite: () => Promise<void>): Disk {
  const texts = new Map<string, string>();
  let sorted: string[] | undefined;

  async function change(run: () => void): Promise<void> {
    await beforeWrite();
    run();
    sorted = undefined;
  }

  function keysBetween(from: string, to: string): string[] {
    sorted ??= [...texts.keys()].toSorted();
    return sorted.filter((key) => key > from && key < to);
  }

  function rowsOf(keys: readonly string[]): Row[] {
    return keys.map((key) => ({ key, text: texts.get(key) ?? "" }));
  }

  function rowsOn({ from, to, limit, newestFirst }: Page): Row[] {
    const keys = keysBetween(from, to);
    return rowsOf((newestFirst ? keys.toReversed() : keys).slice(0, limit));
  }

  return {
    read: (key) => Promise.resolve(texts.get(key)),
    readAll: (keys) => Promise.resolve(rowsOf(keys)),
    page: (page) => Promise.resolve(rowsOn(page)),
    heads: (page) =>
      Promise.resolve(
        rowsOn(page).map(({ key, text }) => ({ key, values: valuesOf(text, page.fields) })),
      ),
    write: (rows) => change(() => rows.forEach(({ key, text }) => texts.set(key, text))),
    remove: (keys) => change(() => keys.forEach((key) => texts.delete(key))),
    probe: beforeWrite,
    close: () => Promise.resolve(),
  };
}

function valuesOf(text: string, fields: readonly string[]): unknown[] {
  // Every text is that of a record.
  const record = JSON.parse(text) as Record<string, unknown>;
  return fields.map((field) => record[field] ?? null);
}
