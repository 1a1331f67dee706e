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

/** Does something that cannot share a commit with its audit record, and records how it went. */
export async function audited<T>(
  ports: Pick<FleetPorts, "newId" | "clock" | "store">,
  caller: Pick<Caller, "actor" | "front">,
  {
    entry,
    work,
  }: { entry: Pick<AuditEntry, "action" | "subject" | "detail">; work: () => Promise<T> },
): Promise<T> {
  const record = (outcome: AuditEntry["outcome"]): Promise<void> =>
    ports.store.commit([auditWrite(ports, caller, { ...entry, outcome })]);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await record("failed");
    throw error;
  }
  await record("succeeded");
  return result;
}
