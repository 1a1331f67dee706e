import type { Approval } from "../approval.ts";
import type { AuditEntry } from "../audit.ts";
import type { Card } from "../card.ts";
import type { Identity } from "../identity.ts";
import type { Operation } from "../operation.ts";
import type { Person, Token } from "../person.ts";
import type { Repository } from "../repository.ts";
import type { Setting } from "../setting.ts";
import type { Thopter } from "../thopter.ts";
import type { Tombstone } from "../tombstone.ts";

/** Every kind of record. Each has an `id` and a `version` that grows by one with each write. */
export type Records = {
  thopter: Thopter;
  operation: Operation;
  approval: Approval;
  person: Person;
  token: Token;
  audit: AuditEntry;
  setting: Setting;
  tombstone: Tombstone;
  card: Card;
  repository: Repository;
  identity: Identity;
};

export type Kind = keyof Records;

/** One record in its new version. Version 1 creates; version n+1 replaces version n and nothing else. */
export type Write = { [K in Kind]: { kind: K; record: Records[K] } }[Kind];

export type ListOptions = {
  /** Only ids that sort after this one (before it, when newest first). */
  after?: string;
  /** At most this many records; all when absent. */
  limit?: number;
  newestFirst?: boolean;
};

/** Chooses records by a few of their fields: those that are not wanted are never read whole. */
export type Choice<K extends Kind, F extends keyof Records[K] & string> = {
  fields: readonly F[];
  /** Called once for each record, in the order of the list. */
  isWanted(head: Pick<Records[K], F | "id" | "version">): boolean;
};

/** Where records live. Reads show only what is durable. */
export type Store = {
  get<K extends Kind>(kind: K, id: string): Promise<Records[K] | undefined>;
  /** Records of one kind, ordered by id. */
  list<K extends Kind, F extends keyof Records[K] & string = never>(
    kind: K,
    options?: ListOptions & { choice?: Choice<K, F> },
  ): Promise<Records[K][]>;
  /**
   * Makes all writes durable or none, in the order of the calls. Resolves once they are on disk.
   * Throws StaleWriteError when a version is not the newest accepted one plus one, and
   * StoreUnavailableError when the disk does not take writes.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /** Forgets records for good; ids that do not exist are passed over. */
  purge(kind: Kind, ids: readonly string[]): Promise<void>;
  /** Calls back with every durable commit, in order; the answer ends it. */
  watch(listener: (writes: readonly Write[]) => void): () => void;
  /** Resolves true when a probe write reaches the disk. */
  probe(): Promise<boolean>;
  /** Writes what waits, then lets go of the file. */
  close(): Promise<void>;
};
