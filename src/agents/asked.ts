import { createHash } from "node:crypto";
import type { Question } from "../core/thopter.ts";
import type { AskedLine, ReportLine } from "./report-line.ts";

/** A question that keys answer, not words alone. */
export type Dialog = Omit<AskedLine, "question" | "choices" | "keys" | "shows"> & {
  /** The key for each choice. */
  keys: ReadonlyMap<string, string>;
  /** What the terminal shows while it is open. */
  shows: readonly string[];
};

/** A question, and how it is answered where words do not do. */
export type Asked = { question: Question; dialog?: Dialog };

/** What a line of a waiting agent asks, one question after the other; its place in the spool is a part of each hash. */
export function askedIn(line: ReportLine, position: number): Asked[] {
  if (line.status !== "waiting" || line.question === undefined) return [];
  const { question, next = [], ...first } = line;
  return [{ ...first, question }, ...next].map((one, index) => {
    const dialog = dialogOf(one);
    const place = index === 0 ? [position] : [position, index];
    return { question: questionOf(one, place), ...(dialog !== undefined && { dialog }) };
  });
}

function questionOf(line: AskedLine, place: readonly number[]): Question {
  const { question: text, choices: offered = [], several, words } = line;
  const choices = [...new Set(offered)];
  return {
    text,
    hash: hashOf([text, choices, ...place]),
    ...(choices.length > 0 && { choices }),
    ...(several !== undefined && { several }),
    ...(words !== undefined && { words }),
  };
}

function dialogOf(line: AskedLine): Dialog | undefined {
  if (line.keys === undefined) return undefined;
  const {
    choices = [],
    keys,
    shows = [],
    several,
    words,
    enter,
    reviewed,
    unnumbered,
    tabs,
  } = line;
  const pairs = choices.flatMap((one, index): [string, string][] => {
    const key = keys[index];
    return key === undefined ? [] : [[one, key]];
  });
  return {
    ...{ keys: new Map(pairs), shows },
    ...(several !== undefined && { several }),
    ...(words !== undefined && { words }),
    ...(enter !== undefined && { enter }),
    ...(unnumbered !== undefined && { unnumbered }),
    ...(tabs !== undefined && { tabs }),
    ...(reviewed !== undefined && { reviewed }),
  };
}

/** By its place in the spool as well: the same question once more is another one. */
function hashOf(question: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("hex").slice(0, 32);
}
