import type { ThopterView } from "../../src/core/ports/fleet.ts";
import {
  isSelected,
  parseSelectors,
  parseSelectorSpan,
  selectionWords,
  selectorWords,
} from "../../src/core/selection.ts";
import type { Selection } from "../../src/core/selection.ts";
import { span, standingOf } from "../../src/core/words.ts";
import type { Ask } from "../ask.ts";
import { quoted } from "../blocks/text.ts";
import { count } from "../blocks/words.ts";
import type { CommandPorts } from "../command-ports.ts";
import type { FlagSpec, Typed } from "../define-command.ts";
import { allThopters, flagText } from "./find.ts";

export const filterFlags = {
  mine: { takes: "nothing", short: "m", words: selectorWords.mine, selects: true },
  state: { takes: "value", short: "s", words: selectorWords.state, selects: true },
  label: { takes: "value", short: "l", words: selectorWords.label, selects: true },
  repo: { takes: "value", short: "r", words: selectorWords.repo, selects: true },
} as const satisfies Record<string, FlagSpec>;

export const ageFlags = {
  "older-than": { takes: "value", words: selectorWords["older-than"], selects: true },
  idle: { takes: "value", words: selectorWords.idle, selects: true },
} as const satisfies Record<string, FlagSpec>;

/** Reads the flags that select. Throws UserError. */
export function parseSelection(typed: Typed): Selection {
  const flags = {
    state: flagText(typed, "state"),
    label: flagText(typed, "label"),
    repo: flagText(typed, "repo"),
    "older-than": flagText(typed, "older-than"),
    idle: flagText(typed, "idle"),
  };
  return parseSelectors(flags, typed.flags["mine"] === true);
}

/** Reads a flag that is a span of time. Throws UserError. */
export function spanFlag(typed: Typed, name: string): number | undefined {
  return parseSelectorSpan(flagText(typed, name), name);
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
  return thopters.filter((thopter) => isSelected(thopter, selection, ports.clock.now()));
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
