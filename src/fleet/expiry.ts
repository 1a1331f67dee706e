import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requireOwn, requireRole } from "../core/permission.ts";
import { operationIs } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Thopter } from "../core/thopter.ts";
import type { Approvals } from "./approvals.ts";
import { auditWrite } from "./audit.ts";
import type { Directory } from "./directory.ts";
import type { Planner } from "./planning.ts";
import type { FleetPorts } from "./ports.ts";
import type { Views } from "./views.ts";

/** A destroy at the end of a life comes this long after its warning at the earliest, in milliseconds. */
const warningMs = 15 * 60_000;
const system: Caller = {
  actor: { kind: "system", name: "time-to-live" },
  role: "operator",
  front: "system",
};

export type Expiry = Pick<Fleet, "extend"> & { start(): Promise<void>; stop(): void };

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
  let stopWatching: (() => void) | undefined;

  function consider(thopter: Thopter): void {
    timers.get(thopter.id)?.();
    timers.delete(thopter.id);
    const { expiresAt } = thopter;
    if (thopter.status !== "ready" || expiresAt === undefined || thopter.expiredFor === expiresAt)
      return;
    const isWarned = thopter.warnedFor === expiresAt;
    const at = isWarned
      ? Math.max(expiresAt, (thopter.warnedAt ?? 0) + warningMs)
      : expiresAt - warningMs;
    const act = isWarned ? end : warn;
    const run = (): void => {
      act(thopter.id, expiresAt).catch((error: unknown) =>
        ports.report(error, `the end of ${thopter.name}'s time to live`),
      );
    };
    timers.set(thopter.id, clock.after(Math.max(0, at - clock.now()), run));
  }

  async function warn(id: string, expiresAt: number): Promise<void> {
    await engine.amend(id, (thopter) =>
      thopter.expiresAt === expiresAt ? { warnedAt: clock.now(), warnedFor: expiresAt } : undefined,
    );
  }

  async function end(id: string, expiresAt: number): Promise<void> {
    const thopter = await engine.amend(id, (one) =>
      one.expiresAt === expiresAt ? { expiredFor: expiresAt } : undefined,
    );
    if (thopter.expiredFor !== expiresAt) return;
    await engine.submit([
      {
        kind: "destroy",
        thopterId: id,
        actor: system.actor,
        front: "system",
        reason: "its time to live is over",
      },
    ]);
  }

  /** A destroy at the end of a life that failed is not repeated: its owner is asked. */
  async function askOwner(operation: Operation): Promise<void> {
    const thopter = (await engine.thopters()).find(({ id }) => id === operation.thopterId);
    if (thopter === undefined) return;
    const reason = `its time to live is over, and destroying it failed: ${operation.error?.message ?? "unknown"}`;
    const plan = await planner.plan(system, { thopters: [thopter.id], reason });
    await approvals.raise(system, plan, {
      answer: "ask",
      why: reason,
      deciders: [thopter.ownerId],
      askerMayDecide: false,
    });
  }

  function isOwnFailure(operation: Operation): boolean {
    const { actor } = operation;
    return (
      operation.status === "failed" && actor.kind === "system" && actor.name === "time-to-live"
    );
  }

  return {
    async start() {
      stopWatching = store.watch((writes) => {
        for (const { kind, record } of writes) {
          if (kind === "thopter") consider(record);
          if (kind === "operation" && isOwnFailure(record)) {
            askOwner(record).catch((error: unknown) =>
              ports.report(error, `asking the owner of ${record.thopterName}`),
            );
          }
        }
      });
      for (const thopter of await engine.thopters()) consider(thopter);
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
      if (byMs <= 0)
        throw new UserError("Cannot extend a life by nothing: give a time such as 2h.");
      for (const operation of await engine.list({
        thopterId: thopter.id,
        status: ["queued", "running"],
      })) {
        const { actor } = operation;
        if (
          actor.kind === "system" &&
          actor.name === "time-to-live" &&
          operationIs.open(operation)
        ) {
          await engine.cancel(operation.id, {
            actor: caller.actor,
            reason: "its life was extended",
          });
        }
      }
      const extended = await engine.amend(thopter.id, () => ({ expiresAt: clock.now() + byMs }));
      await store.commit([
        auditWrite(ports, caller, { action: "extend", subject: thopter.id, outcome: "accepted" }),
      ]);
      return views.thopter(caller, extended);
    },
  };
}
