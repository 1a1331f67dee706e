import type { Caller } from "../core/actor.ts";
import type { Approval } from "../core/approval.ts";
import { StaleWriteError } from "../core/errors.ts";
import { requireRole } from "../core/permission.ts";
import type { PolicyVerdict } from "../core/policy.ts";
import type { Plan } from "../core/plan.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import { createDecisions, findApproval, nextApproval } from "./approval-decisions.ts";
import { auditWrite } from "./audit.ts";
import type { People } from "./people.ts";
import type { Planner } from "./planning.ts";
import type { FleetPorts } from "./ports.ts";
import type { Views } from "./views.ts";

/** How long a decision may be pending, in milliseconds. */
const approvalLifeMs = 10 * 60_000;

export type Approvals = Pick<Fleet, "listApprovals" | "getApproval" | "decide"> & {
  /** Records that a person has to decide. */
  raise(caller: Caller, plan: Plan, verdict: PolicyVerdict & { answer: "ask" }): Promise<Approval>;
  countPending(): Promise<number>;
  /** Takes up the expiry of what was pending when the hub stopped. */
  resume(): Promise<void>;
};

export function createApprovals(
  ports: FleetPorts,
  parts: { planner: Planner; views: Views; people: People },
): Approvals {
  const { store, clock } = ports;
  const { views } = parts;
  const find = (id: string): Promise<Approval> => findApproval(store, id);
  const decide = createDecisions(ports, parts);

  function expireLater({ id, expiresAt }: Approval): void {
    clock.after(Math.max(0, expiresAt - clock.now()), () => {
      expire(id).catch((error: unknown) => ports.report(error, `expiring approval ${id}`));
    });
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
      const now = clock.now();
      const approval: Approval = {
        id: ports.newSecret(),
        version: 1,
        status: "pending",
        plan,
        planHash: parts.planner.hash(plan),
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
      ]);
      expireLater(approval);
      return approval;
    },
    async listApprovals(caller, { pendingOnly }) {
      requireRole(caller, "viewer", "list approvals");
      const approvals = await store.list("approval");
      return approvals
        .filter(
          ({ status, expiresAt }) =>
            pendingOnly !== true || (status === "pending" && expiresAt > clock.now()),
        )
        .toSorted((a, b) => b.createdAt - a.createdAt)
        .map((approval) => views.approval(caller, approval));
    },
    getApproval: async (caller, id) => views.approval(caller, await find(id)),
    decide,
    async countPending() {
      const approvals = await store.list("approval");
      return approvals.filter(
        ({ status, expiresAt }) => status === "pending" && expiresAt > clock.now(),
      ).length;
    },
    async resume() {
      for (const approval of await store.list("approval")) {
        if (approval.status === "pending") expireLater(approval);
      }
    },
  };
}
