import { stripControls, untrustedText } from "../core/untrusted-text.ts";
import type { Tmux } from "../shell/tmux.ts";

const mostLength = 40_000;
const longestStart = 40;

/** What an agent's terminal shows now. */
export function captureScreen(tmux: Tmux, signal: AbortSignal): Promise<string> {
  return tmux.capture({ history: false, maxLength: mostLength }, signal);
}

/** Whether a screen shows a text, however it was wrapped and framed. */
export function screenShows(screen: string, text: string): boolean {
  return bare(screen).includes(bare(text));
}

/** As much of a text's first line as a screen that shows the text shows in any case. */
export function shownStart(text: string): string {
  return stripControls(text).trim().split("\n", 1).join("").slice(0, longestStart);
}

/** Whether a screen's last row of tabs has these and no other, with what submits them all. */
export function showsTabs(screen: string, tabs: readonly string[]): boolean {
  const row = screen.split("\n").findLast((line) => /^\s*←.*→\s*$/.test(line));
  if (row === undefined) return false;
  return bare(row).replaceAll(/[←→☐☒✔]/g, "") === bare(`${tabs.join("")}Submit`);
}

// What a terminal draws in its own way, or not at all: no more than signs that stand for nothing else.
const drawnAnyhow = /[\s│┃─❯\ufffd\p{Extended_Pictographic}\p{Emoji_Modifier}]|\ufe0f|\u200d/gu;

function bare(text: string): string {
  return untrustedText(text, { maxLength: text.length }).replaceAll(drawnAnyhow, "");
}
