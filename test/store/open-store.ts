import { onTestFinished } from "vitest";
import type { Store } from "../../src/core/ports/store.ts";
import { createSqliteStore } from "../../src/store/sqlite-store.ts";

export const hub = { pid: process.pid, startedAt: Date.UTC(2026, 0, 2, 3, 4, 5) };

/** Opens the store on `directory`; it is closed when the test ends. */
export async function openStore(
  directory: string,
  onError: (error: unknown) => void = throwLater,
): Promise<Store> {
  const store = await createSqliteStore({ directory, hub, onError });
  onTestFinished(() => store.close());
  return store;
}

function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
