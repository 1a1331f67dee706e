import { UserError } from "../../src/core/errors.ts";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { agentStatuses, thopterStatuses } from "../../src/core/thopter.ts";
import { parseSpan, span, standingOf } from "../../src/core/words.ts";
import type { Ask } from "../ask.ts";
import { quoted } from "../blocks/text.ts";
import { count } from "../blocks/words.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { FlagSpec, Typed } from "../define-command.ts";
import { allThopters, flagText } from "./find.ts";

/** Which thopters are meant where none is named. */
export type Selection = {
  mine: boolean;
  state?: string | undefined;
  label?: string | undefined;
  repository?: string | undefined;
  olderThanMs?: number | undefined;
  idleMs?: number | undefined;
};

export const filterFlags = {
  mine: { takes: "nothing", short: "m", words: "only your own" },
  state: { takes: "value", short: "s", words: "only those in this state, such as idle or failed" },
  label: { takes: "value", short: "l", words: "only those with this label" },
  repo: { takes: "value", short: "r", words: "only those of this repository" },
} as const satisfies Record<string, FlagSpec>;

export const ageFlags = {
  "older-than": { takes: "value", words: "only those made longer ago than this, such as 2d" },
  idle: {
    takes: "value",
    words: "only those that have had nothing to do for this long, such as 2h",
  },
} as const satisfies Record<string, FlagSpec>;

const states: readonly string[] = [...new Set([...thopterStatuses, ...agentStatuses])];

/** Reads the flags that select. Throws UserError. */
export function parseSelection(typed: Typed): Selection {
  const state = flagText(typed, "state")?.toLowerCase();
  if (state !== undefined && !states.includes(state)) {
    throw new UserError(`Cannot select the state "${state}": say one of ${states.join(", ")}.`);
  }
  return {
    mine: typed.flags["mine"] === true,
    state,
    label: flagText(typed, "label"),
    repository: flagText(typed, "repo"),
    olderThanMs: spanFlag(typed, "older-than"),
    idleMs: spanFlag(typed, "idle"),
  };
}

/** Reads a flag that is a span of time. Throws UserError. */
export function spanFlag(typed: Typed, name: string): number | undefined {
  const text = flagText(typed, name);
  if (text === undefined) return undefined;
  const ms = parseSpan(text);
  if (ms !== undefined) return ms;
  throw new UserError(
    `Cannot use "${text}" for --${name}: give a time such as 90s, 15m, 8h or 2d.`,
  );
}

/** The thopters that a selection means, the asker's own first. */
export async function select(
  ports: Pick<CommandPorts, "fleet" | "clock">,
  ask: Pick<Ask, "caller">,
  selection: Selection,
): Promise<ThopterView[]> {
  const { label, repository } = selection;
  const request = { mine: selection.mine, label, repository };
  const thopters = await allThopters(ports, ask.caller, request);
  return thopters.filter((thopter) => isMeant(thopter, selection, ports.clock.now()));
}

function isMeant(thopter: ThopterView, selection: Selection, now: number): boolean {
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

/** What a selection means, in words: "yours that are idle". */
function selectionWords(selection: Selection): string {
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

/** That nothing is meant, and what there would be instead, as mrkdwn. */
export async function nothingMatches(
  ports: Pick<CommandPorts, "fleet">,
  ask: Pick<Ask, "caller">,
  selection: Selection,
): Promise<string> {
  const every = await allThopters(ports, ask.caller);
  const wanted = selectionWords(selection);
  const start =
    wanted === "" ? "There are no thopters." : `No thopter fits (${quoted(wanted, 300)}).`;
  if (every.length === 0) return `${start} \`/thopter provision\` makes one.`;
  const own = every.filter(({ mine }) => mine);
  const near = own.length > 0 ? own : every;
  const whose = own.length > 0 ? "You have" : "There are";
  const shown = near
    .slice(0, 5)
    .map((one) => `${quoted(one.name, 60)} (${standingOf(one)}, ${span(one.ageMs)})`);
  const more = near.length > shown.length ? " and more" : "";
  return `${start} ${whose} ${count(near.length, "thopter")}: ${shown.join(", ")}${more}.`;
}
