import type { Plan } from "../core/plan.ts";
import type { ThopterView } from "../core/ports/fleet.ts";
import { span, standingOf, unsavedWords } from "../core/words.ts";

export function thopterRow(thopter: ThopterView): string[] {
  return [
    thopter.name,
    standingOf(thopter),
    thopter.ownerName,
    span(thopter.ageMs),
    thopter.repository,
    thopter.operation === undefined ? "" : `${thopter.operation.kind} ${thopter.operation.status}`,
  ];
}

export const thopterHead = ["NAME", "STATE", "OWNER", "AGE", "REPOSITORY", "OPERATION"];

export const planHead = ["NAME", "OWNER", "STATE", "AGENT", "AGE", "UNSAVED WORK"];

export function planRows(plan: Plan): string[][] {
  return plan.items.map((item) => [
    item.name,
    item.ownerName,
    item.status,
    item.agentStatus ?? "",
    span(item.ageMs),
    unsavedWords(item.unsaved),
  ]);
}
