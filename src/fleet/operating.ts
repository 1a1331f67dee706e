import type { Caller } from "../core/actor.ts";
import type { AuditEntry } from "../core/audit.ts";
import type { Operation } from "../core/operation.ts";
import { requireOwn, requireRole } from "../core/permission.ts";
import type { Engine, PauseScope, Submitted } from "../core/ports/engine.ts";
import type { Fleet, FleetStatus } from "../core/ports/fleet.ts";
import { besides } from "./alongside.ts";
import { auditWrite } from "./audit.ts";
import type { Destroying } from "./destroying.ts";
import type { Directory } from "./directory.ts";
import type { IdentityChoosing } from "./identity-choosing.ts";
import type { FleetPorts } from "./ports.ts";
import type { Views } from "./views.ts";

type Parts = {
  ports: FleetPorts;
  directory: Directory;
  views: Views;
  destroying: Destroying;
  identities: IdentityChoosing;
  status: Fleet["status"];
};

/** Stepping in: canceling and retrying operations, pausing lanes. */
export function createOperating(
  parts: Parts,
): Pick<Fleet, "cancelOperation" | "retryOperation" | "pause" | "resume"> {
  const { ports, directory, views, destroying, identities } = parts;
  const { engine, store } = ports;

  async function mustBeOwn(caller: Caller, id: string, action: string): Promise<Operation> {
    requireRole(caller, "operator", `${action} operations`);
    const { operation } = await engine.explain(id);
    const thopter = await directory.findOnRecord(operation.thopterId);
    requireOwn(caller, thopter, `${action} the operation of`);
    return operation;
  }

  /** With its identity as that is now: what was wrong with it may have been mended. */
  async function provisionAgain(
    failed: Operation,
    by: Parameters<Engine["retry"]>[1],
  ): Promise<Operation> {
    const identity = await identities.retried(await directory.findOnRecord(failed.thopterId));
    return identities.holding(identity, () => engine.retry(failed.id, { ...by, identity }));
  }

  async function record(
    caller: Caller,
    entry: Pick<AuditEntry, "action" | "subject" | "outcome" | "detail">,
  ): Promise<void> {
    await store.commit([auditWrite(ports, caller, entry)]);
  }

  async function setPaused(
    caller: Caller,
    scope: PauseScope,
    change: "pause" | "resume",
  ): Promise<FleetStatus> {
    requireRole(caller, "admin", `${change} the lanes`);
    await engine[change](scope);
    await record(caller, { action: change, subject: scope, outcome: "succeeded" });
    return parts.status(caller);
  }

  return {
    async cancelOperation(caller, { id, reason }) {
      await mustBeOwn(caller, id, "cancel");
      const canceled = await engine.cancel(id, { actor: caller.actor, reason });
      const detail = ports.redact(reason).slice(0, 500);
      await record(caller, { action: "cancel", subject: id, outcome: "succeeded", detail });
      return views.operation(caller, canceled);
    },
    async retryOperation(caller, id, alongside) {
      const failed = await mustBeOwn(caller, id, "retry");
      const by = {
        actor: caller.actor,
        front: caller.front,
        alongside: (submitted: readonly Submitted[]) => besides(alongside, submitted),
      };
      const submit = (): Promise<Operation> => engine.retry(id, by);
      const isOver = failed.status === "failed" || failed.status === "canceled";
      const again = {
        destroy: () => destroying.again(caller, failed, submit),
        provision: () => provisionAgain(failed, by),
      };
      const operation = await (isOver ? again[failed.kind]() : submit());
      const detail = operation.id;
      await record(caller, { action: "retry", subject: id, outcome: "accepted", detail });
      return views.operation(caller, operation);
    },
    pause: (caller, scope) => setPaused(caller, scope, "pause"),
    resume: (caller, scope) => setPaused(caller, scope, "resume"),
  };
}
