import { operationIs } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { Store, Write } from "../core/ports/store.ts";
import type { Thopter } from "../core/thopter.ts";

/** Open operations and living thopters as they are on disk: what may be told to anyone. */
export type DurableView = {
  operation(id: string): Operation | undefined;
  operations(): Operation[];
  /** Oldest first. */
  thopters(): Thopter[];
  /** Takes a record that was read back. */
  load(write: Write): void;
};

export function createDurableView(store: Store): DurableView {
  const operations = new Map<string, Operation>();
  const thopters = new Map<string, Thopter>();

  function load({ kind, record }: Write): void {
    if (kind === "operation") {
      if (operationIs.open(record)) operations.set(record.id, record);
      else operations.delete(record.id);
    }
    if (kind === "thopter") {
      if (record.status === "gone") thopters.delete(record.id);
      else thopters.set(record.id, record);
    }
  }

  store.watch((writes) => writes.forEach(load));

  return {
    operation: (id) => operations.get(id),
    operations: () => [...operations.values()],
    thopters: () => [...thopters.values()],
    load,
  };
}
