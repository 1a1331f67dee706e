import { StaleWriteError } from "../core/errors.ts";
import type { Operation } from "../core/operation.ts";
import type { Kind, Store, Write } from "../core/ports/store.ts";
import type { Thopter } from "../core/thopter.ts";

/** The engine's own changes on their way to the store: what changes while a commit is under way is written once, behind it. */
export type Ledger = {
  /** Takes a changed record and answers with it in its new version. */
  putOperation(operation: Operation): Operation;
  putThopter(thopter: Thopter): Thopter;
  /** Other records, in versions of their own, for the same commit. */
  putOther(writes: readonly Write[]): void;
  /** Resolves once everything accepted so far is on disk. */
  flush(): Promise<void>;
  /** One commit of its own, behind everything put so far. A stale write refuses it and nothing else. */
  commit(writes: readonly Write[]): Promise<void>;
  /** Forgets what a lost disk did not take. */
  reset(): void;
};

export function createLedger(store: Store, onFailure: (error: unknown) => void): Ledger {
  let waiting = createBatch();
  let turn: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  function put(write: Write): void {
    waiting.put(write);
    if (turn !== undefined) return;
    turn = last.then(send, send);
    turn.catch(onFailure);
  }

  function send(): Promise<void> {
    turn = undefined;
    const writes = waiting.writes();
    if (writes.length > 0) {
      waiting = createBatch();
      last = store.commit(writes);
    }
    return last;
  }

  return {
    putOperation(operation) {
      const record = { ...operation, version: waiting.nextVersion("operation", operation) };
      put({ kind: "operation", record });
      return record;
    },
    putThopter(thopter) {
      const record = { ...thopter, version: waiting.nextVersion("thopter", thopter) };
      put({ kind: "thopter", record });
      return record;
    },
    putOther(writes) {
      for (const write of writes) put(write);
    },
    flush: () => turn ?? last,
    async commit(writes) {
      if (!waiting.isEmpty()) send().catch(onFailure);
      const before = last;
      const committed = store.commit(writes);
      last = committed.catch((error: unknown) => {
        if (error instanceof StaleWriteError) return before;
        throw error;
      });
      last.catch(onFailure);
      await committed;
    },
    reset() {
      waiting = createBatch();
      turn = undefined;
      last = Promise.resolve();
    },
  };
}

/** What goes to the store next, each record once. */
type Batch = {
  put(write: Write): void;
  nextVersion(kind: Kind, record: { id: string; version: number }): number;
  isEmpty(): boolean;
  writes(): Write[];
};

function createBatch(): Batch {
  // One map per kind: a key text per record and change would cost more than all else here.
  const kinds = new Map<Kind, Map<string, Write>>();
  return {
    put(write) {
      const found = kinds.get(write.kind);
      if (found === undefined) kinds.set(write.kind, new Map([[write.record.id, write]]));
      else found.set(write.record.id, write);
    },
    nextVersion: (kind, { id, version }) => kinds.get(kind)?.get(id)?.record.version ?? version + 1,
    isEmpty: () => kinds.size === 0,
    writes: () => [...kinds.values()].flatMap((found) => [...found.values()]),
  };
}
