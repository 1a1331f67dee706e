import { personOf } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import type { Operation } from "../core/operation.ts";

/**
 * An operation as a caller may see it: what a machine or an agent said of its failure is for whoever
 * owns it, for the agent that asked for it, and for admins.
 */
export function heardBy(caller: Caller, operation: Operation): Operation {
  if (operation.error === undefined || mayHear(caller, operation)) return operation;
  return { ...operation, error: { ...operation.error, causes: [] } };
}

function mayHear({ actor, role }: Caller, operation: Operation): boolean {
  if (actor.kind === "system") return true;
  if (actor.kind === "agent") {
    return operation.actor.kind === "agent" && operation.actor.tokenId === actor.tokenId;
  }
  return role === "admin" || personOf(actor) === operation.ownerId;
}
