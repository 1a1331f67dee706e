import { stripControls } from "../core/untrusted-text.ts";
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

function bare(text: string): string {
  return text.replaceAll(/[\s│┃─❯]/g, "");
}
