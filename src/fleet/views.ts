import { personOf } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import type { Approval } from "../core/approval.ts";
import { operationIs } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import { isOwn } from "../core/permission.ts";
import { mayDecide } from "../core/policy.ts";
import type { ApprovalView, OperationView, ThopterView } from "../core/ports/fleet.ts";
import { withStepCount } from "../core/step-count.ts";
import { isSettled } from "../core/thopter.ts";
import type { Thopter } from "../core/thopter.ts";
import { heardBy } from "./heard-by.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";

/** Records as fronts show them. */
export type Views = {
  thopter(caller: Caller, thopter: Thopter, open?: Operation): ThopterView;
  operation(caller: Caller, operation: Operation): Promise<OperationView>;
  approval(caller: Caller, approval: Approval): ApprovalView;
};

export function createViews(
  { engine, clock }: Pick<FleetPorts, "engine" | "clock">,
  people: People,
): Views {
  function thopterView(caller: Caller, thopter: Thopter, open?: Operation): ThopterView {
    const {
      version: _version,
      createdBy: _createdBy,
      task: _task,
      template: _template,
      instructions: _instructions,
      repositoryConfig: _config,
      restarting: _restarting,
      machineId: _machineId,
      machineIntentAt: _intent,
      keepOnFailure: _keep,
      ttlMs: _ttl,
      baseCommit: _commit,
      restoreFrom: _restore,
      context: _context,
      contextFiles: _files,
      setupTrustedBy: _trusted,
      warnedFor: _for,
      expiredFor: _expired,
      goneAt: _gone,
      agentState,
      ...shown
    } = thopter;
    const view: ThopterView = {
      ...shown,
      settled: isSettled(thopter),
      ownerName: people.nameOf(thopter.ownerId),
      mine: isOwn(caller, thopter),
      ageMs: clock.now() - thopter.createdAt,
    };
    if (agentState !== undefined) {
      // Its words are for those who may read them.
      const { lastMessage: _said, ...known } = agentState;
      view.agentState = known;
    }
    if (open !== undefined) {
      const { id, kind, status, progress } = open;
      view.operation = {
        ...{ id, kind, status },
        ...(progress === undefined ? {} : { progress }),
        ...withStepCount(open),
      };
    }
    return view;
  }

  async function operationView(caller: Caller, operation: Operation): Promise<OperationView> {
    const { words, ahead, startsInMs, operation: present } = await engine.explain(operation.id);
    const view: OperationView = {
      ...heardBy(caller, present),
      explanation: words,
      ...withStepCount(present),
    };
    if (present.status === "queued") view.ahead = ahead;
    if (startsInMs !== undefined) view.startsInMs = startsInMs;
    return view;
  }

  function nameOf(actor: Approval["requestedBy"]): string {
    const personId = personOf(actor);
    if (personId === undefined) return "the hub";
    return actor.kind === "agent"
      ? `an agent of ${people.nameOf(personId)}`
      : people.nameOf(personId);
  }

  function approvalView(caller: Caller, approval: Approval): ApprovalView {
    const open = approval.status === "pending" && approval.expiresAt > clock.now();
    const view: ApprovalView = {
      ...approval,
      askedByName: nameOf(approval.requestedBy),
      mayDecide: open && mayDecide(caller, approval),
    };
    if (approval.decidedBy !== undefined) view.decidedByName = people.nameOf(approval.decidedBy);
    return view;
  }

  return { thopter: thopterView, operation: operationView, approval: approvalView };
}

/** The operation that is under way for each thopter, destroys first. */
export function openByThopter(operations: readonly Operation[]): Map<string, Operation> {
  const open = new Map<string, Operation>();
  for (const operation of operations) {
    if (!operationIs.open(operation)) continue;
    if (operation.kind === "destroy" || !open.has(operation.thopterId))
      open.set(operation.thopterId, operation);
  }
  return open;
}
