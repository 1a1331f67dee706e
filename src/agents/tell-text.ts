import { stripControls } from "../core/untrusted-text.ts";

/**
 * What of a tell reaches an agent: no control characters and, unless raw, no `!` or `/` in front.
 * Blank lines in front go, for an agent may skip them.
 */
export function tellText({ text, raw }: { text: string; raw: boolean }): string {
  const clean = stripControls(text);
  if (raw) return clean;
  const begun = clean.replace(/^(?:[ \t]*\n)+/, "");
  return /^[!/]/.test(begun) ? ` ${begun}` : begun;
}
