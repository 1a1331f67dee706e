import { StaleWriteError } from "../core/errors.ts";
import type { Operation } from "../core/operation.ts";
import type { Store, Write } from "../core/ports/store.ts";
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
  let waiting = new Map<string, Write>();
  let turn: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  function put(key: string, write: Write): void {
    waiting.set(key, write);
    if (turn !== undefined) return;
    turn = last.then(send, send);
    turn.catch(onFailure);
  }

  function nextVersion(key: string, version: number): number {
    return waiting.get(key)?.record.version ?? version + 1;
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
      const key = `operation:${operation.id}`;
      const record = { ...operation, version: nextVersion(key, operation.version) };
      put(key, { kind: "operation", record });
      return record;
    },
    putThopter(thopter) {
      const key = `thopter:${thopter.id}`;
      const record = { ...thopter, version: nextVersion(key, thopter.version) };
      put(key, { kind: "thopter", record });
      return record;
    },
    putOther(writes) {
      for (const write of writes) put(`${write.kind}:${write.record.id}`, write);
    },
    flush: () => turn ?? last,
    async commit(writes) {
      if (waiting.size > 0) send().catch(onFailure);
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
      waiting = new Map();
      turn = undefined;
      last = Promise.resolve();
    },
  };
}
