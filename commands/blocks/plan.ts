import type { KnownBlock } from "@slack/types";
import type { Plan, PlanItem } from "../../src/core/plan.ts";
import { hasUnsavedWork } from "../../src/core/plan.ts";
import { span, unsavedWords } from "../../src/core/words.ts";
import { paragraphs } from "./elements.ts";
import { quoted } from "./text.ts";

/** The fleet destroys no more at once; an approval names each of them. */
const mostLines = 50;

/** What a destroy would do: each thopter with its owner, state, age and unsaved work. */
export function planBlocks(plan: Plan): KnownBlock[] {
  return paragraphs(plan.items.map(planLine), { lines: mostLines });
}

function planLine(item: PlanItem): string {
  const state = item.status === "ready" ? (item.agentStatus ?? item.status) : item.status;
  const facts = [quoted(item.ownerName, 60), state, `${span(item.ageMs)} old`, unsavedFact(item)];
  return `• *${quoted(item.name, 60)}* · ${facts.join(" · ")}`;
}

function unsavedFact(item: PlanItem): string {
  if (!hasUnsavedWork(item)) return "nothing unsaved";
  if (item.unsaved.state === "unknown") return ":warning: perhaps unsaved work";
  return `:warning: unsaved: ${unsavedWords(item.unsaved)}`;
}

/** Whether a person has to type how many there are before they are destroyed. */
export function needsCount(plan: Plan): boolean {
  return plan.force || plan.items.length >= 10 || plan.items.some(hasUnsavedWork);
}
