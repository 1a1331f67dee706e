import { actorKey } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import type { Approval } from "../core/approval.ts";
import { StaleWriteError } from "../core/errors.ts";
import { requireRole } from "../core/permission.ts";
import type { PolicyVerdict } from "../core/policy.ts";
import type { Plan } from "../core/plan.ts";
import type { Alongside } from "../core/ports/alongside.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import { createDecisions, findApproval, nextApproval } from "./approval-decisions.ts";
import { auditWrite } from "./audit.ts";
import type { People } from "./people.ts";
import type { Planner } from "./planning.ts";
import { createSerially } from "./serially.ts";
import type { FleetPorts } from "./ports.ts";
import type { Views } from "./views.ts";

/** How long a decision may be pending, in milliseconds. */
const approvalLifeMs = 10 * 60_000;

export type Approvals = Pick<Fleet, "listApprovals" | "getApproval" | "decide"> & {
  /** Records that a person has to decide. */
  raise(
    caller: Caller,
    plan: Plan,
    verdict: PolicyVerdict & { answer: "ask"; alongside?: Alongside | undefined },
  ): Promise<Approval>;
  countPending(): Promise<number>;
  /** Takes up the expiry of what was pending when the hub stopped. */
  resume(): Promise<void>;
  stop(): void;
};

export function createApprovals(
  ports: FleetPorts,
  parts: { planner: Planner; views: Views; people: People },
): Approvals {
  const { store, clock } = ports;
  const { views } = parts;
  // Who comes second waits for the first to be on record, and is told of it.
  const serially = createSerially();
  const decide = createDecisions(ports, { ...parts, serially });
  const timers = new Set<() => void>();

  function expireLater({ id, expiresAt }: Approval): void {
    const cancel = clock.after(Math.max(0, expiresAt - clock.now()), () => {
      timers.delete(cancel);
      serially(id, () => expire(id)).catch((error: unknown) =>
        ports.report(error, `expiring approval ${id}`),
      );
    });
    timers.add(cancel);
  }

  function isOpen({ status, expiresAt }: Approval): boolean {
    return status === "pending" && expiresAt > clock.now();
  }

  /** What the asker has asked before and nobody has decided yet: a person is asked once. */
  async function findPending(caller: Caller, planHash: string): Promise<Approval | undefined> {
    const asker = actorKey(caller.actor);
    return (await store.list("approval")).find(
      (approval) =>
        isOpen(approval) &&
        approval.planHash === planHash &&
        actorKey(approval.requestedBy) === asker,
    );
  }

  async function expire(id: string): Promise<void> {
    const approval = await store.get("approval", id);
    if (approval?.status !== "pending") return;
    try {
      await store.commit([{ kind: "approval", record: nextApproval(approval, "expired") }]);
    } catch (error) {
      // Someone decided it at the last moment: theirs is the decision that counts.
      if (!(error instanceof StaleWriteError)) throw error;
    }
  }

  return {
    async raise(caller, plan, verdict) {
      const planHash = parts.planner.hash(plan);
      const pending = await findPending(caller, planHash);
      if (pending !== undefined) return pending;
      const now = clock.now();
      const approval: Approval = {
        id: ports.newSecret(),
        version: 1,
        status: "pending",
        plan,
        planHash,
        requestedBy: caller.actor,
        front: caller.front,
        deciders: verdict.deciders,
        askerMayDecide: verdict.askerMayDecide,
        why: verdict.why,
        createdAt: now,
        expiresAt: now + approvalLifeMs,
        operationIds: [],
      };
      await store.commit([
        { kind: "approval", record: approval },
        auditWrite(ports, caller, {
          action: "approval.raise",
          subject: approval.id,
          outcome: "accepted",
          detail: verdict.why,
        }),
        ...(verdict.alongside?.({ approval }) ?? []),
      ]);
      expireLater(approval);
      return approval;
    },
    async listApprovals(caller, { pendingOnly }) {
      requireRole(caller, "viewer", "list approvals");
      const approvals = await store.list("approval");
      return approvals
        .filter((approval) => pendingOnly !== true || isOpen(approval))
        .toSorted((a, b) => b.createdAt - a.createdAt)
        .map((approval) => views.approval(caller, approval));
    },
    async getApproval(caller, id) {
      requireRole(caller, "viewer", "look at approvals");
      return views.approval(caller, await findApproval(store, id));
    },
    decide,
    async countPending() {
      return (await store.list("approval")).filter(isOpen).length;
    },
    async resume() {
      for (const approval of await store.list("approval")) {
        if (approval.status === "pending") expireLater(approval);
      }
    },
    stop() {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
