import type { Caller } from "../core/actor.ts";
import type { Approval, ApprovalStatus } from "../core/approval.ts";
import { StaleWriteError, UserError } from "../core/errors.ts";
import { requirePerson } from "../core/permission.ts";
import { mayDecide } from "../core/policy.ts";
import type { DestroySubmission, Submitted } from "../core/ports/engine.ts";
import type { Fleet } from "../core/ports/fleet.ts";
import type { Store } from "../core/ports/store.ts";
import { thopterCan } from "../core/thopter.ts";
import { auditWrite } from "./audit.ts";
import type { People } from "./people.ts";
import { factsOf } from "./planning.ts";
import type { FleetPorts } from "./ports.ts";
import type { Serially } from "./serially.ts";
import type { Views } from "./views.ts";

/** A person's decision about an approval: the first one counts, and one commit carries it and what it queues. */
export function createDecisions(
  ports: FleetPorts,
  { views, people, serially }: { views: Views; people: People; serially: Serially },
): Fleet["decide"] {
  const { store, engine, clock } = ports;

  function refuseDecided(approval: Approval): UserError {
    const by = approval.decidedBy === undefined ? "" : ` by ${people.nameOf(approval.decidedBy)}`;
    return new UserError(
      `Cannot decide approval "${approval.id}": it was ${approval.status} already${by}.`,
      { code: "conflict" },
    );
  }

  function checkMayDecide(caller: Caller, approval: Approval): string {
    const personId = requirePerson(caller, "decide an approval");
    if (mayDecide(caller, approval)) return personId;
    const names = approval.deciders.map(people.nameOf).join(", ");
    const who =
      names === ""
        ? "an admin who did not ask for it"
        : `${names} or an admin who did not ask for it`;
    throw new UserError(`Cannot decide approval "${approval.id}": ${who} has to.`, {
      code: "forbidden",
    });
  }

  /** Requests for what is still there; what is gone by now needs no destroying. */
  async function submissionsFor(approval: Approval, caller: Caller): Promise<DestroySubmission[]> {
    const living = new Map((await engine.thopters()).map((thopter) => [thopter.id, thopter]));
    return approval.plan.items.flatMap((item) => {
      const thopter = living.get(item.thopterId);
      if (thopter === undefined || !thopterCan.destroy(thopter)) return [];
      return [
        {
          kind: "destroy" as const,
          thopterId: item.thopterId,
          force: approval.plan.force,
          approvalId: approval.id,
          approved: factsOf(item),
          actor: approval.requestedBy,
          front: caller.front,
          reason: approval.plan.reason,
        },
      ];
    });
  }

  async function approve(approval: Approval, caller: Caller, by: string): Promise<Submitted[]> {
    const submissions = await submissionsFor(approval, caller);
    return engine.submit(submissions, (submitted) => {
      const operationIds = submitted.map(({ operation }) => operation.id);
      const record = {
        ...nextApproval(approval, "approved", { by, at: clock.now() }),
        operationIds,
      };
      return [{ kind: "approval", record }, auditDecision(caller, approval, "approved")];
    });
  }

  function auditDecision(caller: Caller, approval: Approval, decision: string) {
    const names = approval.plan.items.map(({ name }) => name).join(", ");
    return auditWrite(ports, caller, {
      action: "approval.decide",
      subject: approval.id,
      outcome: decision === "approved" ? "accepted" : "refused",
      detail: `destroy ${names}`,
    });
  }

  async function decideOnce(caller: Caller, approval: Approval, decision: "approve" | "deny") {
    const by = checkMayDecide(caller, approval);
    if (decision === "approve") return approve(approval, caller, by);
    const record = nextApproval(approval, "denied", { by, at: clock.now() });
    await store.commit([{ kind: "approval", record }, auditDecision(caller, approval, "denied")]);
    return [];
  }

  async function decide(
    caller: Caller,
    { id, decision }: Parameters<Fleet["decide"]>[1],
  ): ReturnType<Fleet["decide"]> {
    const approval = await findApproval(store, id);
    if (approval.status !== "pending" || approval.expiresAt <= clock.now()) {
      throw refuseDecided(
        approval.status === "pending" ? { ...approval, status: "expired" } : approval,
      );
    }
    try {
      const submitted = await decideOnce(caller, approval, decision);
      const operations = await Promise.all(
        submitted.map(({ operation }) => views.operation(caller, operation)),
      );
      return { approval: views.approval(caller, await findApproval(store, id)), operations };
    } catch (error) {
      if (error instanceof StaleWriteError) throw refuseDecided(await findApproval(store, id));
      throw error;
    }
  }

  return (caller, request) => serially(request.id, () => decide(caller, request));
}

/** An approval by its id. Throws UserError "not_found". */
export async function findApproval(store: Store, id: string): Promise<Approval> {
  const approval = await store.get("approval", id);
  if (approval !== undefined) return approval;
  throw new UserError(
    `Cannot find approval "${id.slice(0, 60)}". "thopter approve" lists those that wait.`,
    { code: "not_found" },
  );
}

/** The next version of an approval, in another status. */
export function nextApproval(
  approval: Approval,
  status: ApprovalStatus,
  decision?: { by: string; at: number },
): Approval {
  const changed = { ...approval, status, version: approval.version + 1 };
  return decision === undefined
    ? changed
    : { ...changed, decidedBy: decision.by, decidedAt: decision.at };
}
