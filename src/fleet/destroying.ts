import { actorKey } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Operation } from "../core/operation.ts";
import { requireRole } from "../core/permission.ts";
import type { Plan } from "../core/plan.ts";
import { judgeDestroy } from "../core/policy.ts";
import type { PolicyVerdict } from "../core/policy.ts";
import type { DestroySubmission, Submitted } from "../core/ports/engine.ts";
import type { Alongside } from "../core/ports/alongside.ts";
import type { DestroyAnswer, DestroyRequest, Fleet } from "../core/ports/fleet.ts";
import type { Approvals } from "./approvals.ts";
import { besides } from "./alongside.ts";
import { auditWrite } from "./audit.ts";
import type { Planner } from "./planning.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";
import { createSerially } from "./serially.ts";
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

type Asked = Pick<DestroyRequest, "priority"> & { alongside: Alongside | undefined };

export type Destroying = Pick<Fleet, "planDestroy" | "destroy"> & {
  /** Asks once more for a destroy. Throws UserError where the policy wants it decided anew. */
  again<T>(caller: Caller, operation: Operation, submit: () => Promise<T>): Promise<T>;
};

/** Asking for thopters to be destroyed: a plan first, then a decision, then operations. */
export function createDestroying(parts: Parts): Destroying {
  const { ports, options, planner, approvals, views } = parts;
  const { engine, clock } = ports;
  // An agent that asks many times at once must not be counted before any of it is on record.
  const serially = createSerially();

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

  async function submit(caller: Caller, plan: Plan, request: Asked): Promise<Submitted[]> {
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
    return engine.submit(submissions, (submitted) => [
      ...submitted.map(({ operation, outcome }) =>
        auditWrite(ports, caller, {
          action: "destroy",
          subject: operation.id,
          outcome: "accepted",
          detail: `${operation.thopterName} (${outcome})`,
        }),
      ),
      ...besides(request.alongside, submitted),
    ]);
  }

  function denied(why: string): UserError {
    return new UserError(`Cannot destroy: ${why}.`, { code: "forbidden" });
  }

  async function act(caller: Caller, plan: Plan, request: Asked): Promise<DestroyAnswer> {
    const verdict = await judge(caller, plan);
    switch (verdict.answer) {
      case "deny":
        throw denied(verdict.why);
      case "ask": {
        const approval = await approvals.raise(caller, plan, {
          ...verdict,
          alongside: request.alongside,
        });
        return { outcome: "approval-needed", plan, approval: views.approval(caller, approval) };
      }
      case "allow": {
        const submitted = await submit(caller, plan, request);
        const operations = await Promise.all(
          submitted.map(({ operation }) => views.operation(caller, operation)),
        );
        return { outcome: "accepted", plan, operations };
      }
    }
  }

  /** An earlier yes was for what was there then: a retry is judged by what is there now. */
  async function checkAgain(caller: Caller, operation: Operation): Promise<void> {
    const { thopterId, thopterName, force } = operation;
    const plan = await planner.plan(caller, { thopters: [thopterId], force, reason: "retry" });
    const verdict = await judge(caller, plan);
    if (verdict.answer === "allow") return;
    if (verdict.answer === "ask" && verdict.askerMayDecide && !force) return;
    throw new UserError(
      `Cannot retry the destroy of "${thopterName}": ${verdict.why}, so it has to be decided again. Ask to destroy it.`,
      { code: "forbidden" },
    );
  }

  return {
    async planDestroy(caller, request) {
      checkRequest(caller, request);
      const plan = await planner.plan(caller, request);
      const { answer, why } = await judge(caller, plan);
      return { plan, verdict: { answer, why } };
    },
    async destroy(caller, request, alongside) {
      checkRequest(caller, request);
      const plan = await planner.plan(caller, request);
      const asked = { priority: request.priority, alongside };
      return serially(actorKey(caller.actor), () => act(caller, plan, asked));
    },
    again: (caller, operation, submitAgain) =>
      serially(actorKey(caller.actor), async () => {
        await checkAgain(caller, operation);
        return submitAgain();
      }),
  };
}
