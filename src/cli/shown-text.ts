import { untrustedText } from "../core/untrusted-text.ts";

const longest = 100_000;

/** Text that others wrote, fit for a terminal: nothing in it steers, reorders or hides. */
export function safe(text: string): string {
  return untrustedText(text, { maxLength: longest });
}

/** The same in one line. */
export function oneLine(text: string): string {
  return safe(text)
    .replaceAll(/\s*\n\s*|\t/g, " ")
    .trim();
}

/** Lines of which only the first one begins at the left, so that none of them can pass for another message. */
export function indented(text: string): string {
  return text.replaceAll("\n", "\n  ");
}

/** JSON in which such signs are written as escapes. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns a terminal needs for a text in one line. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const sign of text) {
    if (/\p{M}|\u200d/u.test(sign)) continue;
    columns += wide.test(sign) ? 2 : 1;
  }
  return columns;
}

/** A text cut to a number of columns, with an ellipsis where something is missing. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = "";
  let used = 1;
  for (const sign of text) {
    used += columnsOf(sign);
    if (used > columns) break;
    cut += sign;
  }
  return columns < 1 ? "" : `${cut.trimEnd()}…`;
}

/** A line as several that fit; a word that does not fit stays whole, so that it can be copied. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || columnsOf(longer) <= columns) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** Sentences as lines that fit; what a line is moved in by, the lines that it breaks into are too. */
export function wrapSentences(text: string, columns: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const [indent = ""] = /^ */.exec(line) ?? [];
      const room = Math.max(1, columns - indent.length);
      return wrap(line.slice(indent.length), room).map((part) => indent + part);
    })
    .join("\n");
}
