import type { FlagSpec, SlackCommand } from "../define-command.ts";
import { nearest } from "./nearest.ts";
import type { Token } from "./tokens.ts";

export type FlagsRead = {
  flags: Map<string, string | true>;
  /** What is neither a flag nor its value. */
  rest: Token[];
  /** What is wrong, in words. */
  wrong?: string;
  wantsHelp: boolean;
};

type Named = { name: string; spec: FlagSpec };
type Reading = FlagsRead & { command: SlackCommand };

/** Takes the flags out, wherever they stand; after `--` there are none. */
export function readFlags(command: SlackCommand, tokens: readonly Token[]): FlagsRead {
  const reading: Reading = { command, flags: new Map(), rest: [], wantsHelp: false };
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (isSeparator(token)) {
      reading.rest.push(...tokens.slice(at + 1));
      break;
    }
    at += readToken(reading, token, tokens[at + 1]);
  }
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
  if (spec.takes === "nothing") {
    if (token.assigned === undefined || /^(?:true|yes)$/i.test(token.assigned)) {
      reading.flags.set(name, true);
    } else reading.wrong ??= `\`--${name}\` takes no value.`;
    return 0;
  }
  const isNext = token.assigned === undefined;
  const value = isNext ? valueOf(next) : token.assigned;
  if (value === undefined || value === "") {
    reading.wrong ??= `\`--${name}\` needs a value: ${spec.words}.`;
    return 0;
  }
  const before = reading.flags.get(name);
  reading.flags.set(name, typeof before === "string" ? `${before},${value}` : value);
  return isNext ? 1 : 0;
}

function valueOf(next: Token | undefined): string | undefined {
  if (next === undefined || next.assigned !== undefined || isSeparator(next)) return undefined;
  return flagWritten(next)?.startsWith("--") === true ? undefined : next.text;
}

/** A flag as the command has it: keyboards make a long dash of two short ones. */
function flagWritten(token: Token): string | undefined {
  if (token.isQuoted) return undefined;
  const written = token.text.replace(/^[—–]-?/, "--").toLowerCase();
  return /^(?:--[a-z][\w-]*|-[a-z])$/.test(written) ? written : undefined;
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
