import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requireRole } from "../core/permission.ts";
import type { Plan } from "../core/plan.ts";
import { judgeDestroy } from "../core/policy.ts";
import type { PolicyVerdict } from "../core/policy.ts";
import type { DestroySubmission, Submitted } from "../core/ports/engine.ts";
import type { DestroyRequest, Fleet } from "../core/ports/fleet.ts";
import type { Approvals } from "./approvals.ts";
import { auditWrite } from "./audit.ts";
import type { Planner } from "./planning.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";
import type { Views } from "./views.ts";

const mostThopters = 50;
const longestReason = 1000;
const agentWindowMs = 10 * 60_000;

type Parts = {
  ports: FleetPorts;
  options: FleetOptions;
  planner: Planner;
  approvals: Approvals;
  views: Views;
};

/** Asking for thopters to be destroyed: a plan first, then a decision, then operations. */
export function createDestroying(parts: Parts): Pick<Fleet, "planDestroy" | "destroy"> {
  const { ports, options, planner, approvals, views } = parts;
  const { engine, clock } = ports;

  async function judge(caller: Caller, plan: Plan): Promise<PolicyVerdict> {
    const recentDestroys = await countRecentDestroys(caller);
    return judgeDestroy(plan, caller, {
      recentDestroys,
      agentDestroyLimit: options.agentDestroyLimit,
    });
  }

  /** How many the caller's agent token has destroyed by itself in the last ten minutes. */
  async function countRecentDestroys({ actor }: Caller): Promise<number> {
    if (actor.kind !== "agent") return 0;
    const since = clock.now() - agentWindowMs;
    let count = 0;
    let before: string | undefined;
    for (;;) {
      const page = await engine.list({ limit: 200, ...(before === undefined ? {} : { before }) });
      for (const operation of page) {
        const own = operation.actor.kind === "agent" && operation.actor.tokenId === actor.tokenId;
        const alone = operation.kind === "destroy" && operation.approvalId === undefined;
        if (own && alone && operation.createdAt > since) count += 1;
      }
      const oldest = page.at(-1);
      if (oldest === undefined || page.length < 200 || oldest.createdAt <= since) return count;
      before = oldest.id;
    }
  }

  function checkRequest(caller: Caller, request: DestroyRequest): void {
    requireRole(caller, "operator", "destroy thopters");
    if (request.thopters.length === 0 || request.thopters.length > mostThopters) {
      throw new UserError(
        `Cannot destroy ${request.thopters.length} thopters at once: name 1 to ${mostThopters}. list_thopters shows their names.`,
      );
    }
    if (request.reason.length > longestReason) {
      throw new UserError(
        `Cannot take a reason of ${request.reason.length} characters: ${longestReason} are the most.`,
      );
    }
  }

  async function submit(caller: Caller, plan: Plan, request: DestroyRequest): Promise<Submitted[]> {
    const submissions = plan.items.map((item): DestroySubmission => {
      const submission: DestroySubmission = {
        kind: "destroy",
        thopterId: item.thopterId,
        force: plan.force,
        actor: caller.actor,
        front: caller.front,
        reason: plan.reason,
      };
      if (request.priority !== undefined) submission.priority = request.priority;
      return submission;
    });
    return engine.submit(submissions, (submitted) =>
      submitted.map(({ operation, outcome }) =>
        auditWrite(ports, caller, {
          action: "destroy",
          subject: operation.id,
          outcome: "accepted",
          detail: `${operation.thopterName} (${outcome})`,
        }),
      ),
    );
  }

  function denied(why: string): UserError {
    return new UserError(`Cannot destroy: ${why}.`, { code: "forbidden" });
  }

  return {
    async planDestroy(caller, request) {
      checkRequest(caller, request);
      const plan = await planner.plan(caller, request);
      const { answer, why } = await judge(caller, plan);
      return { plan, verdict: { answer, why } };
    },
    async destroy(caller, request) {
      checkRequest(caller, request);
      const plan = await planner.plan(caller, request);
      const verdict = await judge(caller, plan);
      switch (verdict.answer) {
        case "deny":
          throw denied(verdict.why);
        case "ask": {
          const approval = await approvals.raise(caller, plan, verdict);
          return { outcome: "approval-needed", plan, approval: views.approval(caller, approval) };
        }
        case "allow": {
          const submitted = await submit(caller, plan, request);
          const operations = await Promise.all(
            submitted.map(({ operation }) => views.operation(operation)),
          );
          return { outcome: "accepted", plan, operations };
        }
      }
    },
  };
}
