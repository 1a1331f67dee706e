import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Operation } from "../core/operation.ts";
import { requireOwn, requireRole } from "../core/permission.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Warnings } from "../core/ports/warnings.ts";
import type { Thopter } from "../core/thopter.ts";
import { longestTtlMs } from "../core/time-to-live.ts";
import type { Approvals } from "./approvals.ts";
import { auditWrite } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { Planner } from "./planning.ts";
import type { FleetPorts } from "./ports.ts";
import { createSerially } from "./serially.ts";
import type { Views } from "./views.ts";

/** A destroy at the end of a life comes this long after its warning at the earliest, in milliseconds. */
const warningMs = 15 * 60_000;
const systemName = "time-to-live";
const system: Caller = {
  actor: { kind: "system", name: systemName },
  role: "operator",
  front: "system",
};

export type Expiry = Pick<Fleet, "extend"> & {
  warnings: Warnings;
  start(): Promise<void>;
  stop(): void;
};

type Parts = {
  ports: FleetPorts;
  directory: Directory;
  views: Views;
  planner: Planner;
  approvals: Approvals;
};

/** Ends thopters whose time is up: warns, then asks for an ordinary destroy, never a forced one, once. */
export function createExpiry({ ports, directory, views, planner, approvals }: Parts): Expiry {
  const { engine, store, clock } = ports;
  const timers = new Map<string, () => void>();
  const serially = createSerially();
  /** The ends whose warnings have arrived, while someone delivers them. */
  const delivered = new Map<string, number>();
  let reaches = (_ownerId: string): boolean => false;
  let stopWatching: (() => void) | undefined;

  function consider(thopter: Thopter): void {
    timers.get(thopter.id)?.();
    timers.delete(thopter.id);
    const { id, name, expiresAt } = thopter;
    if (thopter.status === "gone") delivered.delete(id);
    if (!isToEnd(thopter) || expiresAt === undefined) return;
    const isWarned = thopter.warnedFor === expiresAt;
    if (isWarned && reaches(thopter.ownerId) && delivered.get(id) !== expiresAt) return;
    const at = isWarned
      ? Math.max(expiresAt, (thopter.warnedAt ?? 0) + warningMs)
      : expiresAt - warningMs;
    const act = isWarned ? end : warn;
    const run = (): void => {
      timers.delete(id);
      serially(id, () => act(id, expiresAt)).catch((error: unknown) =>
        ports.report(error, `the end of ${name}'s time to live`),
      );
    };
    timers.set(id, clock.after(Math.max(0, at - clock.now()), run));
  }

  async function warn(id: string, expiresAt: number): Promise<void> {
    await engine.amend(id, (thopter) =>
      thopter.expiresAt === expiresAt && thopter.warnedFor !== expiresAt
        ? { warnedAt: clock.now(), warnedFor: expiresAt }
        : undefined,
    );
  }

  /** Asks first and remembers it afterwards: a hub that dies in between asks again, and joins. */
  async function end(id: string, expiresAt: number): Promise<void> {
    const thopter = (await engine.thopters()).find((one) => one.id === id);
    if (thopter?.expiresAt !== expiresAt || !isToEnd(thopter)) return;
    const submission = {
      kind: "destroy",
      thopterId: id,
      actor: system.actor,
      front: "system",
      reason: "its time to live is over",
    } as const;
    await engine.submit([submission], (submitted) =>
      submitted.map(({ operation, outcome }) =>
        auditWrite(ports, system, {
          action: "destroy",
          subject: operation.id,
          outcome: "accepted",
          detail: `${thopter.name} (${outcome}): its time to live is over`,
        }),
      ),
    );
    await engine.amend(id, (one) =>
      one.expiresAt === expiresAt ? { expiredFor: expiresAt } : undefined,
    );
  }

  /** A destroy at the end of a life that failed is not repeated: its owner is asked, once. */
  async function askOwner(operation: Operation): Promise<void> {
    const thopter = (await engine.thopters()).find(({ id }) => id === operation.thopterId);
    if (thopter === undefined || (await wasAsked(operation))) return;
    const reason = `its time to live is over, and destroying it failed: ${operation.error?.message ?? "unknown"}`;
    const plan = await planner.plan(system, { thopters: [thopter.id], reason });
    await approvals.raise(system, plan, {
      answer: "ask",
      why: reason,
      deciders: [thopter.ownerId],
      askerMayDecide: false,
    });
  }

  async function wasAsked({ thopterId, finishedAt }: Operation): Promise<boolean> {
    return (await store.list("approval")).some(
      ({ requestedBy, plan, createdAt }) =>
        requestedBy.kind === "system" &&
        createdAt >= (finishedAt ?? 0) &&
        plan.items.some((item) => item.thopterId === thopterId),
    );
  }

  function askOwnerLater(operation: Operation): void {
    serially(operation.thopterId, () => askOwner(operation)).catch((error: unknown) =>
      ports.report(error, `asking the owner of ${operation.thopterName}`),
    );
  }

  /** Takes up what a hub that died between a failure and the question left undone. */
  async function askWhatWasNotAsked(thopter: Thopter): Promise<void> {
    if (thopter.expiresAt === undefined || thopter.expiredFor !== thopter.expiresAt) return;
    const [last] = await engine.list({ thopterId: thopter.id, limit: 1 });
    if (last !== undefined && isOwnFailure(last)) askOwnerLater(last);
  }

  async function cancelOwnDestroy(caller: Caller, thopter: Thopter): Promise<void> {
    const open = await engine.list({ thopterId: thopter.id, status: ["queued", "running"] });
    for (const operation of open.filter(isOwnDestroy)) {
      await engine.cancel(operation.id, {
        actor: caller.actor,
        reason: "its life was extended",
      });
    }
  }

  const warnings: Warnings = {
    async begin(isReached) {
      reaches = isReached;
      for (const thopter of await engine.thopters()) consider(thopter);
    },
    async delivered(id, { expiresAt, at }) {
      delivered.set(id, expiresAt);
      const amended = await engine.amend(id, (thopter) =>
        thopter.warnedFor === expiresAt && at > (thopter.warnedAt ?? 0)
          ? { warnedAt: at }
          : undefined,
      );
      consider(amended);
    },
  };

  return {
    warnings,
    async start() {
      stopWatching = store.watch((writes) => {
        for (const { kind, record } of writes) {
          if (kind === "thopter") consider(record);
          if (kind === "operation" && isOwnFailure(record)) askOwnerLater(record);
        }
      });
      for (const thopter of await engine.thopters()) {
        consider(thopter);
        await askWhatWasNotAsked(thopter);
      }
    },
    stop() {
      stopWatching?.();
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
    async extend(caller, { thopter: nameOrId, byMs }) {
      requireRole(caller, "operator", "extend a thopter's life");
      const thopter = await directory.find(nameOrId);
      requireOwn(caller, thopter, "extend the life of");
      checkExtension(byMs);
      const extended = await serially(thopter.id, async () => {
        await cancelOwnDestroy(caller, thopter);
        return engine.amend(thopter.id, (one) => extendedBy(one, clock.now() + byMs));
      });
      await store.commit([
        auditWrite(ports, caller, { action: "extend", subject: thopter.id, outcome: "succeeded" }),
      ]);
      return views.thopter(caller, extended);
    },
  };
}

/** Whether its life has an end that was not acted on yet. */
function isToEnd({ status, expiresAt, expiredFor }: Thopter): boolean {
  return status === "ready" && expiresAt !== undefined && expiredFor !== expiresAt;
}

function isOwnDestroy({ kind, actor }: Operation): boolean {
  return kind === "destroy" && actor.kind === "system" && actor.name === systemName;
}

/** What the owner decided themselves needs no second question. */
function isOwnFailure(operation: Operation): boolean {
  return (
    operation.status === "failed" && isOwnDestroy(operation) && operation.approvalId === undefined
  );
}

function checkExtension(byMs: number): void {
  if (byMs > 0 && byMs <= longestTtlMs) return;
  throw new UserError("Cannot extend a life by that: give a time of at most 30 days, such as 2h.");
}

/** The end moves back, never forward. */
function extendedBy(thopter: Thopter, expiresAt: number): Partial<Thopter> {
  const { name, status } = thopter;
  if (status !== "ready") {
    throw new UserError(`Cannot extend the life of "${name}": it is ${status}.`, {
      code: "conflict",
    });
  }
  if (thopter.expiresAt === undefined) {
    throw new UserError(
      `Cannot extend the life of "${name}": it has no end. It lives until someone destroys it.`,
      { code: "conflict" },
    );
  }
  return { expiresAt: Math.max(expiresAt, thopter.expiresAt) };
}
