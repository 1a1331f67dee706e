import type { TerminalSize } from "../core/ports/terminal.ts";
import { pause } from "./pause.ts";
import { look, reach, takenWithinMs, type Seen, type Typing } from "./screen-typing.ts";

/** Most dialogs are drawn whole in a terminal of this size. */
const usual: TerminalSize = { columns: 200, rows: 50 };
/** All of a dialog, however long its question and its choices are. */
const roomy: TerminalSize = { columns: 250, rows: 140 };
const settlePauseMs = 150;
const mostLooks = 20;
const giveBackMs = 10_000;

/**
 * Does its work in a terminal that has room for the whole dialog, and gives back what it took: a small
 * one hides the ends of long dialogs, and what is typed to them.
 */
export async function inRoom(
  typing: Typing,
  isShown: (seen: Seen) => boolean,
  work: () => Promise<void>,
): Promise<void> {
  const { tmux, signal } = typing;
  const size = await tmux.size(signal);
  const isUsual = size === undefined || isAtLeast(size, usual);
  if (size === undefined || (isUsual && (await reach(typing, isShown, takenWithinMs)))) {
    return work();
  }
  const columns = Math.max(size.columns, roomy.columns);
  const rows = Math.max(size.rows, roomy.rows);
  await tmux.resize({ columns, rows }, signal);
  try {
    await settle(typing);
    await work();
  } finally {
    // Whatever became of the answer.
    await tmux.resize(size, AbortSignal.timeout(giveBackMs));
  }
}

function isAtLeast(size: TerminalSize, least: TerminalSize): boolean {
  return size.columns >= least.columns && size.rows >= least.rows;
}

/** Waits until the program has drawn itself anew: its drawing is not the effect of a key. */
async function settle(typing: Typing): Promise<void> {
  let last: string | undefined;
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const { text } = await look(typing);
    if (text === last) return;
    last = text;
    await pause(typing.clock, settlePauseMs, typing.signal);
  }
}
