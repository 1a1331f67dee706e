import type { Store } from "../core/ports/store.ts";
import type { Disk, Row } from "./disk.ts";
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

  return {
    read: (key) => Promise.resolve(texts.get(key)),
    page({ from, to, limit, newestFirst }) {
      const keys = keysBetween(from, to);
      const wanted = newestFirst ? keys.toReversed() : keys;
      const rows = wanted.slice(0, limit).map((key): Row => ({ key, text: texts.get(key) ?? "" }));
      return Promise.resolve(rows);
    },
    write: (rows) => change(() => rows.forEach(({ key, text }) => texts.set(key, text))),
    remove: (keys) => change(() => keys.forEach((key) => texts.delete(key))),
    probe: beforeWrite,
    close: () => Promise.resolve(),
  };
}
