import type { Operation } from "../core/operation.ts";
import type { Store, Write } from "../core/ports/store.ts";
import type { Thopter } from "../core/thopter.ts";

/** The engine's own changes on their way to the store: one commit carries all of a turn's changes. */
export type Ledger = {
  /** Takes a changed record and answers with it in its new version. */
  putOperation(operation: Operation): Operation;
  putThopter(thopter: Thopter): Thopter;
  /** Other records, in versions of their own, for the same commit. */
  putOther(writes: readonly Write[]): void;
  /** Resolves once everything put so far is on disk. */
  flush(): Promise<void>;
  /** One commit of its own, behind everything put so far. */
  commit(writes: readonly Write[]): Promise<void>;
};

export function createLedger(store: Store, onFailure: (error: unknown) => void): Ledger {
  let waiting = new Map<string, Write>();
  let turn: Promise<void> | undefined;
  let last = Promise.resolve();

  function put(write: Write): void {
    waiting.set(`${write.kind}:${write.record.id}`, write);
    if (turn !== undefined) return;
    turn = Promise.resolve().then(send);
    turn.catch(onFailure);
  }

  function nextVersion(kind: Write["kind"], record: { id: string; version: number }): number {
    const pending = waiting.get(`${kind}:${record.id}`);
    return pending === undefined ? record.version + 1 : pending.record.version;
  }

  function send(): Promise<void> {
    turn = undefined;
    if (waiting.size > 0) {
      const writes = [...waiting.values()];
      waiting = new Map();
      last = store.commit(writes);
    }
    return last;
  }

  return {
    putOperation(operation) {
      const record = { ...operation, version: nextVersion("operation", operation) };
      put({ kind: "operation", record });
      return record;
    },
    putThopter(thopter) {
      const record = { ...thopter, version: nextVersion("thopter", thopter) };
      put({ kind: "thopter", record });
      return record;
    },
    putOther(writes) {
      for (const write of writes) put(write);
    },
    flush: () => turn ?? last,
    async commit(writes) {
      send().catch(onFailure);
      await store.commit(writes);
    },
  };
}
