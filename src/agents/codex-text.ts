import { tellText } from "./tell-text.ts";

/** What of a tell reaches Codex: Enter behind a word with `@` or `$` would pick a file or a skill. */
export function codexText(request: { text: string; raw: boolean }): string {
  const text = tellText(request);
  if (request.raw) return text;
  return /(?:^|\s)[@$]\S*$/.test(text) ? `${text} ` : text;
}
