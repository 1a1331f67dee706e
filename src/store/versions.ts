import { StaleWriteError } from "../core/errors.ts";
import type { Kind, Write } from "../core/ports/store.ts";

/** The newest accepted version of a record, before and after; 0 where there is no record. */
export type Change = { kind: Kind; id: string; from: number; to: number };

/** The version that each record has once everything accepted is on disk. */
export type Versions = {
  load(kind: Kind, id: string, version: number): void;
  /** Takes all writes or none; throws StaleWriteError. */
  accept(writes: readonly Write[]): Change[];
  forget(kind: Kind, ids: readonly string[]): Change[];
  /** Takes accepted changes back, the last one first. */
  undo(changes: readonly Change[]): void;
};

export function createVersions(): Versions {
  // One map per kind: the ids are shared with the records, a key text per record would not be.
  const versions = new Map<Kind, Map<string, number>>();

  function versionsOf(kind: Kind): Map<string, number> {
    const found = versions.get(kind);
    if (found !== undefined) return found;
    const made = new Map<string, number>();
    versions.set(kind, made);
    return made;
  }

  function put(kind: Kind, id: string, version: number): void {
    if (version === 0) versionsOf(kind).delete(id);
    else versionsOf(kind).set(id, version);
  }

  function change(kind: Kind, id: string, to: number): Change {
    const from = versionsOf(kind).get(id) ?? 0;
    put(kind, id, to);
    return { kind, id, from, to };
  }

  function undo(changes: readonly Change[]): void {
    for (const { kind, id, from } of changes.toReversed()) put(kind, id, from);
  }

  return {
    load: put,
    accept(writes) {
      const changes: Change[] = [];
      for (const { kind, record } of writes) {
        const made = change(kind, record.id, record.version);
        changes.push(made);
        if (made.to !== made.from + 1) {
          undo(changes);
          throw stale(made);
        }
      }
      return changes;
    },
    forget: (kind, ids) => ids.map((id) => change(kind, id, 0)),
    undo,
  };
}

function stale({ kind, id, from, to }: Change): StaleWriteError {
  const newest = from === 0 ? "it does not exist" : `its newest version is ${String(from)}`;
  return new StaleWriteError(
    `Cannot write version ${String(to)} of ${kind} "${id}": ${newest}. Read it again and repeat the change.`,
  );
}
