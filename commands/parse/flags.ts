import type { FlagSpec, FlagValue, SlackCommand } from "../define-command.ts";
import { nearest } from "../../src/core/nearest.ts";
import { restAfter, wordsAfter } from "./rest-of-line.ts";
import type { Shortened } from "./rest-of-line.ts";
import { flagWritten } from "./tokens.ts";
import type { Token } from "./tokens.ts";

export type FlagsRead = {
  flags: Map<string, FlagValue>;
  /** What is neither a flag nor its value. */
  rest: Token[];
  /** What is wrong, in words. */
  wrong?: string;
  wantsHelp: boolean;
};

type Named = { name: string; spec: FlagSpec };
type Reading = FlagsRead & {
  command: SlackCommand;
  /** All that was typed. */
  text: string;
  /** The words of it that follow the one that is read. */
  following: readonly Token[];
  /** A flag that takes the rest and was given less. */
  shortened?: Shortened;
};

/** Takes the flags out, wherever they stand; after `--` there are none. */
export function readFlags(
  command: SlackCommand,
  text: string,
  tokens: readonly Token[],
): FlagsRead {
  const reading: Reading = {
    ...{ command, text, following: tokens, flags: new Map(), rest: [], wantsHelp: false },
  };
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (isSeparator(token)) {
      reading.rest.push(...tokens.slice(at + 1));
      break;
    }
    reading.following = tokens.slice(at + 1);
    at += readToken(reading, token, tokens[at + 1]);
  }
  const unclear = wordsAfter(reading.shortened, reading.rest);
  if (unclear !== undefined) reading.wrong ??= unclear;
  return reading;
}

function isSeparator(token: Token): boolean {
  return !token.isQuoted && token.text === "--";
}

/** Answers with how many words after the token belong to it. */
function readToken(reading: Reading, token: Token, next: Token | undefined): number {
  const written = flagWritten(token);
  if (written === undefined || keepsAsText(reading.command, written)) {
    reading.rest.push(token);
    return 0;
  }
  const named = flagNamed(reading.command, written);
  if (named === undefined) {
    if (written === "--help" || written === "-h") reading.wantsHelp = true;
    else reading.wrong ??= unknownWords(reading.command, written);
    return 0;
  }
  return readValue(reading, { token, named }, next);
}

function readValue(
  reading: Reading,
  { token, named }: { token: Token; named: Named },
  next: Token | undefined,
): number {
  const { name, spec } = named;
  if (spec.takes === "rest") return readRest(reading, { token, named });
  if (spec.takes === "nothing") {
    if (token.assigned === undefined || /^(?:true|yes)$/i.test(token.assigned)) {
      reading.flags.set(name, true);
    } else reading.wrong ??= `\`--${name}\` takes no value.`;
    return 0;
  }
  const isNext = token.assigned === undefined;
  const value = isNext ? valueOf(next) : token.assigned;
  if (value === undefined || value === "") {
    reading.wrong ??= needsValue(name, spec);
    return 0;
  }
  const before = reading.flags.get(name);
  reading.flags.set(name, spec.takes === "values" ? added(before, value) : joined(before, value));
  return isNext ? 1 : 0;
}

function readRest(
  reading: Reading,
  { token, named: { name, spec } }: { token: Token; named: Named },
): number {
  const { command, text, following, rest, flags } = reading;
  const isChosen = [...flags.keys()].some((flag) => command.flags[flag]?.selects === true);
  const read = restAfter(token, { name, text, following, namesBefore: rest.length, isChosen });
  if (read === undefined) reading.wrong ??= needsValue(name, spec);
  else if ("wrong" in read) reading.wrong ??= read.wrong;
  else {
    flags.set(name, joined(flags.get(name), read.value));
    if (read.shortened !== undefined) reading.shortened ??= read.shortened;
    return read.taken;
  }
  return 0;
}

function needsValue(name: string, { words }: FlagSpec): string {
  return `\`--${name}\` needs a value: ${words}.`;
}

function joined(before: FlagValue | undefined, value: string): string {
  return typeof before === "string" ? `${before},${value}` : value;
}

function added(before: FlagValue | undefined, value: string): readonly string[] {
  return [...(typeof before === "object" ? before : []), value];
}

function valueOf(next: Token | undefined): string | undefined {
  if (next === undefined || next.assigned !== undefined || isSeparator(next)) return undefined;
  return flagWritten(next)?.startsWith("--") === true ? undefined : (next.plain ?? next.text);
}

/** In a text, a single dash may belong to it: "explain ls -l". */
function keepsAsText(command: SlackCommand, written: string): boolean {
  const isText = command.takes === "text" || command.takes === "name and text";
  return isText && !written.startsWith("--") && flagNamed(command, written) === undefined;
}

function flagNamed({ flags }: SlackCommand, written: string): Named | undefined {
  const found = Object.entries(flags).find(
    ([name, { short }]) => written === `--${name}` || written === `-${short ?? ""}`,
  );
  return found === undefined ? undefined : { name: found[0], spec: found[1] };
}

function unknownWords(command: SlackCommand, written: string): string {
  const names = Object.keys(command.flags);
  const meant = nearest(written.replace(/^-+/, ""), names);
  const all = names.map((name) => `\`--${name}\``).join(", ");
  const known = names.length === 0 ? "It takes no flags." : `It takes ${all}.`;
  const hint = meant === undefined ? known : `Did you mean \`--${meant}\`?`;
  const isText = command.takes === "text" || command.takes === "name and text";
  const asText = isText
    ? " Where it belongs to the text, put the text in quotes or `--` before it."
    : "";
  return `\`${command.name}\` has no flag \`${written}\`. ${hint}${asText}`;
}
