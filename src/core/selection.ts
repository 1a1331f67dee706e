import type { ThopterView } from "./ports/fleet.ts";
import { UserError } from "./errors.ts";
import { agentStatuses, thopterStatuses } from "./thopter.ts";
import { parseSpan, span } from "./words.ts";

/** Which thopters are meant where none is named. */
export type Selection = {
  mine: boolean;
  state?: string | undefined;
  label?: string | undefined;
  repository?: string | undefined;
  olderThanMs?: number | undefined;
  idleMs?: number | undefined;
};

/** What each flag that selects leaves over, in the words of every front. */
export const selectorWords = {
  mine: "only your own",
  state: "only those in this state, such as idle or failed",
  label: "only those with this label",
  repo: "only those of this repository",
  "older-than": "only those made longer ago than this, such as 2d",
  idle: "only those that have had nothing to do for this long, such as 2h",
} as const;

type Selector = keyof typeof selectorWords;

const states: readonly string[] = [...new Set([...thopterStatuses, ...agentStatuses])];

/** Reads the flags that select, as they were typed. Throws UserError. */
export function parseSelectors(
  typed: Partial<Readonly<Record<Exclude<Selector, "mine">, string | undefined>>>,
  mine: boolean,
): Selection {
  const state = typed.state?.toLowerCase();
  if (state !== undefined && !states.includes(state)) {
    throw new UserError(`Cannot select the state "${state}": say one of ${states.join(", ")}.`);
  }
  return {
    mine,
    state,
    label: typed.label,
    repository: typed.repo,
    olderThanMs: parseSelectorSpan(typed["older-than"], "older-than"),
    idleMs: parseSelectorSpan(typed.idle, "idle"),
  };
}

/** Reads a flag that is a span of time. Throws UserError. */
export function parseSelectorSpan(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseSpan(text);
  if (ms !== undefined) return ms;
  throw new UserError(
    `Cannot use "${text}" for --${name}: give a time such as 90s, 15m, 8h or 2d.`,
  );
}

/** Whether a selection means this thopter, beyond what the list was asked for: owner, label, repository. */
export function isSelected(thopter: ThopterView, selection: Selection, now: number): boolean {
  const { state, olderThanMs, idleMs } = selection;
  if (state !== undefined && !isIn(thopter, state)) return false;
  if (olderThanMs !== undefined && thopter.ageMs < olderThanMs) return false;
  return idleMs === undefined || restingMs(thopter, now) >= idleMs;
}

function isIn({ status, agentState }: ThopterView, state: string): boolean {
  return status === state || (status === "ready" && agentState?.status === state);
}

/** How long nothing has come of it: not at all while its agent works. */
function restingMs({ settled, agentState }: ThopterView, now: number): number {
  return settled && agentState !== undefined ? now - agentState.since : -1;
}

/** What a selection means, in words: "yours, in state idle". */
export function selectionWords(selection: Selection): string {
  const { mine, state, label, repository, olderThanMs, idleMs } = selection;
  const parts = [
    mine ? "yours" : "",
    state === undefined ? "" : `in state ${state}`,
    label === undefined ? "" : `labelled "${label}"`,
    repository === undefined ? "" : `of "${repository}"`,
    olderThanMs === undefined ? "" : `older than ${span(olderThanMs)}`,
    idleMs === undefined ? "" : `idle for ${span(idleMs)}`,
  ];
  return parts.filter((part) => part !== "").join(", ");
}
