import { flagWritten } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** A flag that takes the rest but was given a phrase in quotes or one word before another flag. */
export type Shortened = { name: string; isQuoted: boolean; namesBefore: number };

/** `taken` is how many words after the flag belong to it. */
export type RestRead = { value: string; taken: number; shortened?: Shortened } | { wrong: string };

type Around = {
  name: string;
  /** All that was typed, and the words that follow the flag. */
  text: string;
  following: readonly Token[];
  /** How many words stand before it that are no flags, and whether a flag says what is meant. */
  namesBefore: number;
  isChosen: boolean;
};

/**
 * What a flag is given that takes the rest: a phrase in quotes, one word before another flag, else
 * all that follows. What could be meant otherwise is refused, for a name in a reason must never be
 * taken for one to destroy, nor a flag in it for one that was set. Undefined where nothing follows.
 */
export function restAfter(flag: Token, around: Around): RestRead | undefined {
  const first = flag.assigned === undefined ? around.following[0] : assignedIn(flag);
  if (first === undefined || isNothing(first) || isFlag(first)) return undefined;
  const own = flag.assigned === undefined ? 1 : 0;
  const more = around.following.slice(own);
  const { name, namesBefore } = around;
  if (first.isQuoted || isFlag(more[0])) {
    const shortened = { name, isQuoted: first.isQuoted, namesBefore };
    return { value: first.text, taken: own, ...(more.length === 0 ? {} : { shortened }) };
  }
  const wrong = whyUnclear(more, around);
  if (wrong !== undefined) return { wrong };
  return { value: around.text.slice(first.start).trim(), taken: own + more.length };
}

/** Why words after such a flag cannot be read, where they could belong to it or be names. */
export function wordsAfter(
  shortened: Shortened | undefined,
  words: readonly Token[],
): string | undefined {
  if (shortened === undefined) return undefined;
  const { name, isQuoted, namesBefore } = shortened;
  const isClear = isQuoted && namesBefore === 0;
  if (isClear || words.length === namesBefore) return undefined;
  return `Nothing was done: words follow \`--${name}\` that could belong to it. Put all names before it, and what it says in quotes or last.`;
}

function whyUnclear(
  more: readonly Token[],
  { name, namesBefore, isChosen }: Around,
): string | undefined {
  const flag = more.find(isFlag);
  if (flag !== undefined) {
    return `Nothing was done: \`${flag.text.slice(0, 60)}\` stands among the words of \`--${name}\`. Put these in quotes, or \`--${name}\` last.`;
  }
  if (more.length === 0 || namesBefore > 0 || isChosen) return undefined;
  return `Nothing was done: no name stands before \`--${name}\`, and one could be among its words. Put the names before it, or its words in quotes.`;
}

function assignedIn(flag: Token): Token {
  const { assigned: text = "", assignedAt: start = flag.start, end } = flag;
  return { text, start, end, isQuoted: flag.isAssignedQuoted === true };
}

function isNothing({ text, isQuoted }: Token): boolean {
  return text === "" || (text === "--" && !isQuoted);
}

function isFlag(token: Token | undefined): boolean {
  return token !== undefined && flagWritten(token) !== undefined;
}
