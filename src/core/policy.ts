import type { Caller } from "./actor.ts";
import { personOf } from "./actor.ts";
import { hasUnsavedWork } from "./plan.ts";
import type { Plan, PlanItem } from "./plan.ts";

/** What the policy says of a plan, and why, in words for the asker. */
export type PolicyVerdict =
  | { answer: "allow" | "deny"; why: string }
  | { answer: "ask"; why: string; deciders: string[]; askerMayDecide: boolean };

export type PolicyFacts = {
  /** How many thopters the asker's token has asked to destroy in the last ten minutes. */
  recentDestroys: number;
  /** How many an agent token may destroy in ten minutes before a person is asked. */
  agentDestroyLimit: number;
};

/** Judges the destruction of what a plan names: everything that is not plainly allowed asks or denies. */
export function judgeDestroy(plan: Plan, caller: Caller, facts: PolicyFacts): PolicyVerdict {
  const { actor } = caller;
  if (actor.kind === "system") return { answer: "allow", why: "the hub asks" };
  if (caller.readOnly === true || caller.role === "viewer") {
    return { answer: "deny", why: "your role may look, not destroy. Ask an operator or an admin" };
  }
  if (plan.items.length === 0) return { answer: "deny", why: "the plan names nothing" };
  return actor.kind === "agent" ? judgeAgent(plan, caller, facts) : judgePerson(plan, caller);
}

function judgeAgent(plan: Plan, caller: Caller, facts: PolicyFacts): PolicyVerdict {
  const owner = personOf(caller.actor);
  const foreign = plan.items.filter((item) => !item.lineage || item.ownerId !== owner);
  if (foreign.length > 0) {
    return {
      answer: "deny",
      why: `an agent may destroy only thopters that it made, and ${namesOf(foreign)} ${foreign.length === 1 ? "is" : "are"} not. Ask a person to do it`,
    };
  }
  const risk = riskOf(plan);
  const total = facts.recentDestroys + plan.items.length;
  const tooMany =
    total <= facts.agentDestroyLimit
      ? undefined
      : `${total} thopters in ten minutes are more than the ${facts.agentDestroyLimit} that an agent may destroy alone`;
  const why = risk ?? tooMany;
  if (why === undefined) return { answer: "allow", why: "its own, clean" };
  return {
    answer: "ask",
    why,
    deciders: owner === undefined ? [] : [owner],
    askerMayDecide: false,
  };
}

function judgePerson(plan: Plan, caller: Caller): PolicyVerdict {
  const asker = personOf(caller.actor);
  const foreign = plan.items.filter((item) => item.ownerId !== asker);
  if (foreign.length > 0) {
    return {
      answer: "ask",
      why: `${namesOf(foreign)} ${foreign.length === 1 ? "belongs" : "belong"} to someone else`,
      deciders: ownersOfAll(foreign),
      askerMayDecide: false,
    };
  }
  const several = plan.items.length > 1 ? `${plan.items.length} thopters at once` : undefined;
  const why = riskOf(plan) ?? several;
  if (why === undefined) return { answer: "allow", why: "your own, clean" };
  const deciders = asker === undefined ? [] : [asker];
  return { answer: "ask", why, deciders, askerMayDecide: true };
}

function riskOf(plan: Plan): string | undefined {
  if (plan.force) return "force destroys work that cannot be saved";
  const unsaved = plan.items.filter(hasUnsavedWork);
  if (unsaved.length === 0) return undefined;
  return `${namesOf(unsaved)} ${unsaved.length === 1 ? "has" : "have"} unsaved work`;
}

/** One owner of all may decide; where there are several owners, only an admin can. */
function ownersOfAll(items: readonly PlanItem[]): string[] {
  const owners = new Set(items.map((item) => item.ownerId));
  return owners.size === 1 ? [...owners] : [];
}

function namesOf(items: readonly PlanItem[]): string {
  const names = items.slice(0, 5).map((item) => item.name);
  const more = items.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

/** Whether a caller may decide an approval: a person who is named or an admin, and never an agent. */
export function mayDecide(
  caller: Caller,
  approval: { requestedBy: Caller["actor"]; deciders: readonly string[]; askerMayDecide: boolean },
): boolean {
  if (caller.actor.kind !== "person" || caller.readOnly === true) return false;
  if (caller.role === "viewer") return false;
  const { personId } = caller.actor;
  const askedAlone =
    approval.requestedBy.kind === "person" && approval.requestedBy.personId === personId;
  if (askedAlone && !approval.askerMayDecide) return false;
  return caller.role === "admin" || approval.deciders.includes(personId);
}
