import { stripControls } from "../core/untrusted-text.ts";

/** What of a tell reaches an agent: no control characters, and no `!` or `/` in front unless raw. */
export function tellText({ text, raw }: { text: string; raw: boolean }): string {
  const clean = stripControls(text);
  return !raw && /^[!/]/.test(clean) ? ` ${clean}` : clean;
}
