import type { Clock } from "../core/ports/clock.ts";
import { readClaudeScreen } from "./claude-screen.ts";
import { createScreenKeyboard } from "./screen-keyboard.ts";
import type { Keyboard } from "./talk.ts";
import { tellText } from "./tell-text.ts";

/** Types to Claude Code. */
export function createClaudeKeyboard(clock: Clock): Keyboard {
  return createScreenKeyboard({
    ...{ clock, read: readClaudeScreen, textOf: claudeText },
    clearKey: "C-c",
  });
}

/**
 * What of a tell reaches Claude Code. It trims a message before it looks for a command, so a space in
 * front hides no `/`; a backslash at the end would make a line of Enter, and Enter behind a word with
 * `@` picks a file.
 */
export function claudeText(request: { text: string; raw: boolean }): string {
  const text = tellText(request);
  if (request.raw) return text;
  const begun = /^[!/]/.test(text.trim()) ? `> ${text.trimStart()}` : text;
  return /(?:\\|(?:^|\s)@\S*)$/.test(begun) ? `${begun} ` : begun;
}
