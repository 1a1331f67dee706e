import type { Caller } from "../core/actor.ts";
import type { AuditEntry } from "../core/audit.ts";
import type { Write } from "../core/ports/store.ts";
import type { FleetPorts } from "./ports.ts";

/** The record that a mutation leaves, for the commit that makes it durable. */
export function auditWrite(
  { newId, clock }: Pick<FleetPorts, "newId" | "clock">,
  { actor, front }: Pick<Caller, "actor" | "front">,
  entry: Pick<AuditEntry, "action" | "subject" | "outcome" | "detail">,
): Write {
  const record = { id: newId(), version: 1, at: clock.now(), actor, front, ...entry };
  return { kind: "audit", record };
}
