import { monotonicFactory } from "ulid";
import { describe, expect, it } from "vitest";
import type { Approval } from "../../src/core/approval.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Kind, Store, Write } from "../../src/core/ports/store.ts";
import { createRetention } from "../../src/fleet/retention.ts";
import { createMemoryStore } from "../../src/store/memory-store.ts";
import { createManualClock } from "../manual-clock.ts";
import { callers, startRig } from "./rig.ts";

const day = 24 * 60 * 60_000;
const limits = { approvalRetentionMs: 90 * day, auditRetentionMs: 400 * day };
const actor = { kind: "person", personId: "ann" } as const;

function approval(id: string, patch: Partial<Approval>): Write {
  const plan = { items: [], force: false, reason: "done", madeAt: 0 };
  const who = { requestedBy: actor, front: "cli", deciders: ["ann"] } as const;
  const about = { planHash: "", askerMayDecide: true, why: "", operationIds: [] };
  const record = {
    ...{ id, version: 1, status: "expired", plan, createdAt: 0, expiresAt: 0 },
    ...who,
    ...about,
    ...patch,
  } as Approval;
  return { kind: "approval", record };
}

/** A store that counts how many records each purge takes. */
function startWorld() {
  const inner = createMemoryStore();
  const purges: number[] = [];
  const reports: unknown[] = [];
  const store: Store = {
    ...inner,
    purge(kind, ids) {
      purges.push(ids.length);
      return inner.purge(kind, ids);
    },
  };
  const clock = createManualClock();
  const ids = async (kind: Kind): Promise<string[]> => (await store.list(kind)).map(({ id }) => id);
  const report = (error: unknown): void => void reports.push(error);
  const retention = createRetention({ store, clock, report }, limits);
  return { store, clock, purges, reports, ids, retention };
}

async function audit(store: Store, times: readonly number[]): Promise<void> {
  const newId = monotonicFactory();
  await store.commit(
    times.map((at) => ({
      kind: "audit" as const,
      record: {
        ...{ id: newId(at), version: 1, at, actor, front: "cli" as const, action: "tell" },
        ...{ subject: "t", outcome: "succeeded" as const },
      },
    })),
  );
}

describe("audit entries", () => {
  it("are forgotten once they are older than they are kept, the young ones not", async () => {
    const { store, clock, retention } = startWorld();
    const now = clock.now();
    await audit(store, [now - 402 * day, now - 401 * day, now - 399 * day, now]);
    retention.start();
    await retention.stop();
    const left = await store.list("audit");
    expect(left.map(({ at }) => at)).toEqual([now - 399 * day, now]);
  });

  it("are forgotten in small batches, however many there are", async () => {
    const { store, clock, purges, retention } = startWorld();
    const now = clock.now();
    await audit(store, [...Array.from({ length: 1050 }, () => now - 500 * day), now]);
    retention.start();
    await expect.poll(async () => (await store.list("audit")).length).toBe(1);
    await retention.stop();
    expect(Math.max(...purges)).toBeLessThanOrEqual(200);
    expect(purges.reduce((sum, count) => sum + count, 0)).toBe(1050);
  });

  it("are looked at again each day, without a start, until the hub stops", async () => {
    const { store, clock, ids, retention } = startWorld();
    await audit(store, [clock.now() - 399 * day]);
    retention.start();
    await clock.advance(day / 2);
    expect(await ids("audit")).toHaveLength(1);
    await clock.advance(2 * day);
    await expect.poll(() => ids("audit")).toEqual([]);
    await audit(store, [clock.now() - 500 * day]);
    await retention.stop();
    await clock.advance(5 * day);
    expect(await ids("audit")).toHaveLength(1);
  });
});

describe("approvals", () => {
  it("are forgotten once they ended long ago; what is pending or young stays", async () => {
    const { store, clock, ids, retention } = startWorld();
    const old = clock.now() - 91 * day;
    await store.commit([
      approval("denied", { status: "denied", decidedAt: old, expiresAt: old }),
      approval("expired", { status: "expired", expiresAt: old }),
      approval("decided-late", { status: "approved", decidedAt: old + 2 * day, expiresAt: old }),
      approval("pending", { status: "pending", expiresAt: old }),
      approval("young", { status: "expired", expiresAt: clock.now() }),
    ]);
    retention.start();
    await expect.poll(() => ids("approval")).toEqual(["decided-late", "pending", "young"]);
    await retention.stop();
  });

  it("stay for as long as an operation or a card on record names them", async () => {
    const { store, clock, ids, purges, retention } = startWorld();
    const old = { status: "approved", decidedAt: clock.now() - 200 * day } as const;
    const names = ["of-operation", "of-card", "of-nobody"];
    const operation: Operation = {
      ...{ id: "o1", version: 1, kind: "destroy", thopterId: "t", thopterName: "t" },
      ...{ ownerId: "ann", provider: "local", status: "queued", lane: "destroy" },
      ...{ priority: "normal", after: [], actor, front: "cli", force: false, attempts: 0 },
      ...{ steps: [], createdAt: 1, approvalId: "of-operation" },
    };
    const subject = { kind: "approval", approvalId: "of-card" } as const;
    await store.commit([
      ...names.map((id) => approval(id, old)),
      { kind: "operation", record: operation },
      { kind: "card", record: { id: "c1", version: 1, subject, isDirect: false, createdAt: 1 } },
    ]);
    retention.start();
    await expect.poll(() => ids("approval")).toEqual(["of-card", "of-operation"]);
    await retention.stop();
    await store.purge("card", ["c1"]);
    await store.purge("operation", ["o1"]);
    const again = createRetention({ store, clock, report: () => undefined }, limits);
    again.start();
    await expect.poll(() => ids("approval")).toEqual([]);
    await again.stop();
    expect(purges.length).toBeGreaterThan(0);
  });
});

it("a store that fails is reported, and tried again the next day", async () => {
  const { store, clock, ids, reports } = startWorld();
  await audit(store, [clock.now() - 500 * day]);
  let isBroken = true;
  const broken: Store = {
    ...store,
    purge: (kind, some) =>
      isBroken ? Promise.reject(new Error("no disk")) : store.purge(kind, some),
  };
  const report = (error: unknown): void => void reports.push(error);
  const retention = createRetention({ store: broken, clock, report }, limits);
  retention.start();
  await expect.poll(() => reports.length).toBe(1);
  isBroken = false;
  await clock.advance(day);
  await expect.poll(() => ids("audit")).toEqual([]);
  await retention.stop();
});

it("a fleet forgets by itself from its start", async () => {
  const rig = await startRig({ auditRetentionMs: day });
  await audit(rig.store, [rig.clock.now() - 2 * day]);
  const { fleet } = await rig.restart();
  await expect
    .poll(async () =>
      (await fleet.audit(callers.ada, {})).filter(({ action }) => action === "tell"),
    )
    .toEqual([]);
});
