import type { Plan } from "../core/plan.ts";
import type { ThopterView } from "../core/ports/fleet.ts";
import { repositoryWords, span, standingOf, unsavedWords } from "../core/words.ts";

export function thopterRow(thopter: ThopterView): string[] {
  return [
    thopter.name,
    stateOf(thopter),
    thopter.ownerName,
    span(thopter.ageMs),
    repositoryWords(thopter.repository),
    thopter.operation === undefined ? "" : standingOfOperation(thopter.operation),
  ];
}

/** "provision running 3/9". */
function standingOfOperation(operation: NonNullable<ThopterView["operation"]>): string {
  const { kind, status, stepCount } = operation;
  const count = stepCount === undefined ? "" : ` ${stepCount.number}/${stepCount.total}`;
  return `${kind} ${status}${count}`;
}

/** What a thopter does now, and until when its agent's usage limit lasts. */
export function stateOf(thopter: ThopterView): string {
  const { status, agentState } = thopter;
  const now = nowFor(thopter);
  const isLimited = status === "ready" && agentState?.status === "limited";
  const resetsAt = isLimited ? agentState.resetsAt : undefined;
  if (resetsAt === undefined) return standingOf(thopter);
  const until = `limited until ${timeOf(resetsAt, now)}`;
  return resetsAt > now ? until : `${until} (should be over)`;
}

/** The same, and for how long it has been so. */
export function stateSince(thopter: ThopterView): string {
  const { status, agentState } = thopter;
  const state = stateOf(thopter);
  if (status !== "ready" || agentState === undefined) return state;
  const now = nowFor(thopter);
  return `${state} since ${timeOf(agentState.since, now)} (${span(now - agentState.since)})`;
}

/** What time it was at the hub. */
function nowFor({ createdAt, ageMs }: ThopterView): number {
  return createdAt + ageMs;
}

/** A moment by the clock here: "15:00", or "2026-11-25 15:00" when that is not today. */
function timeOf(at: number, now: number): string {
  const [day, time] = wallOf(at);
  return day === wallOf(now)[0] ? time : `${day} ${time}`;
}

function wallOf(at: number): [day: string, time: string] {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return [day, `${two(date.getHours())}:${two(date.getMinutes())}`];
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
