import { UserError } from "../core/errors.ts";
import { readMenu, type MenuRow } from "./claude-screen.ts";
import { look, reach, takenWithinMs, type Seen, type Typing } from "./screen-typing.ts";

/** More rows than any dialog has. */
const mostSteps = 15;
const mostPresses = 4;

/** Presses a key until the screen changes: one that comes right behind the drawing of a dialog is lost. */
export async function press(typing: Typing, key: string): Promise<void> {
  for (let presses = 0; presses < mostPresses; presses += 1) {
    if (await changes(typing, key)) return;
  }
  throw notShown();
}

/** Whether a key changes the screen, pressed once. */
export async function changes(typing: Typing, key: string): Promise<boolean> {
  const { text } = await look(typing);
  await typing.tmux.press([key], typing.signal);
  return reach(typing, (seen) => seen.text !== text, takenWithinMs);
}

export async function must(typing: Typing, isWanted: (screen: Seen) => boolean): Promise<void> {
  if (!(await reach(typing, isWanted))) throw notShown();
}

/** Moves the cursor until it is on that row. */
export async function walkTo(
  typing: Typing,
  isWanted: (row: MenuRow) => boolean,
  key: "Down" | "Up" = "Down",
): Promise<void> {
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const at = rowAt((await look(typing)).text);
    if (at !== undefined && isWanted(at)) return;
    await press(typing, key);
  }
  throw notShown();
}

/** The row that the cursor is on. */
export function rowAt(text: string): MenuRow | undefined {
  return rowsOf(text).find(({ isAt }) => isAt);
}

export function rowOf(text: string, key: string): MenuRow | undefined {
  return rowsOf(text).find(({ number }) => number === key);
}

/** The rows of the dialog, in its open tab where it has tabs. */
function rowsOf(text: string): MenuRow[] {
  const rows = readMenu(text, "tabs");
  return rows.length > 0 ? rows : readMenu(text, "rule");
}

export function notShown(): UserError {
  return new UserError(
    'Cannot answer the agent: its terminal does not show that question. Look at its screen; "thopter attach" goes to its terminal.',
    { code: "conflict" },
  );
}
