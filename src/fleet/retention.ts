import type { Approval } from "../core/approval.ts";
import type { Kind, Records, Store } from "../core/ports/store.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";

const everyMs = 24 * 60 * 60_000;
const pageSize = 500;
/** So many records go in one commit: others wait for no more than that. */
const batchSize = 200;

export type Retention = {
  /** Forgets what is old now, and once a day from then on. */
  start(): void;
  stop(): Promise<void>;
};

/** Forgets ended approvals and audit entries once they are old, and none that a record still names. */
export function createRetention(
  { store, clock, report }: Pick<FleetPorts, "store" | "clock" | "report">,
  { approvalRetentionMs, auditRetentionMs }: Pick<FleetOptions, RetentionName>,
): Retention {
  let cancel: (() => void) | undefined;
  let isStopped = false;
  let forgetting = Promise.resolve();

  async function forgetAudit(): Promise<void> {
    if (auditRetentionMs === undefined) return;
    const before = clock.now() - auditRetentionMs;
    // Their ids are in the order of their times: what follows a young one is young.
    for (;;) {
      const oldest = await store.list("audit", { limit: batchSize });
      const old = oldest.filter(({ at }) => at < before).map(({ id }) => id);
      await store.purge("audit", old);
      if (old.length < batchSize || isStopped) return;
    }
  }

  async function forgetApprovals(): Promise<void> {
    if (approvalRetentionMs === undefined) return;
    const before = clock.now() - approvalRetentionMs;
    const old: string[] = [];
    for await (const approval of all(store, "approval")) {
      if (approval.status !== "pending" && endOf(approval) < before) old.push(approval.id);
    }
    if (old.length === 0) return;
    const named = await namedApprovals(store);
    const forgotten = old.filter((id) => !named.has(id));
    for (let at = 0; at < forgotten.length && !isStopped; at += batchSize) {
      await store.purge("approval", forgotten.slice(at, at + batchSize));
    }
  }

  async function forget(): Promise<void> {
    try {
      await forgetAudit();
      await forgetApprovals();
    } catch (error) {
      report(error, "forgetting old approvals and audit entries");
    }
    if (!isStopped) cancel = clock.after(everyMs, start);
  }

  function start(): void {
    forgetting = forget();
  }

  return {
    start,
    async stop() {
      isStopped = true;
      cancel?.();
      await forgetting;
    },
  };
}

type RetentionName = "approvalRetentionMs" | "auditRetentionMs";

function endOf({ decidedAt, expiresAt }: Approval): number {
  return decidedAt ?? expiresAt;
}

/** Those that operations and cards on record look up. */
async function namedApprovals(store: Pick<Store, "list">): Promise<Set<string>> {
  const named = new Set<string>();
  for await (const { approvalId } of all(store, "operation")) {
    if (approvalId !== undefined) named.add(approvalId);
  }
  for await (const { subject } of all(store, "card")) {
    if (subject.kind === "approval") named.add(subject.approvalId);
  }
  return named;
}

/** Page by page: memory stays flat however long the history is. */
async function* all<K extends Kind>(
  store: Pick<Store, "list">,
  kind: K,
): AsyncGenerator<Records[K]> {
  let after: string | undefined;
  for (;;) {
    const options = after === undefined ? { limit: pageSize } : { limit: pageSize, after };
    const page = await store.list(kind, options);
    yield* page;
    if (page.length < pageSize) return;
    after = page.at(-1)?.id;
  }
}
