import type { Dialog } from "./asked.ts";
import { changes, must, notShown, press, rowAt, rowOf, walkTo } from "./dialog-steps.ts";
import { screenShows, showsTabs } from "./screen-text.ts";
import { look, reach, takenWithinMs, type Seen, type Typing } from "./screen-typing.ts";

/** While text is typed within a dialog, its foot offers an editor for it. */
const typesText = /\bctrl\+g to edit in\b/;

/** Whether a screen shows this question of a dialog. */
export function isDialogShown({ shows }: Dialog): (seen: Seen) => boolean {
  return ({ text, hasDialog }) => hasDialog && shows.every((one) => screenShows(text, one));
}

/**
 * Brings a dialog that somebody may have begun to answer back to this question, with nothing typed
 * to: only its own tabs are walked through, by keys that choose nothing.
 */
export async function approach(typing: Typing, dialog: Dialog): Promise<void> {
  const isShown = isDialogShown(dialog);
  if (!(await reach(typing, isShown, dialog.tabs === undefined ? undefined : takenWithinMs))) {
    await walkToTab(typing, { tabs: dialog.tabs ?? [], isShown });
  }
  if (dialog.enter === true) await leaveNotes(typing);
  await toFirstRow(typing);
  if (dialog.words === "No, ") await leaveAmendment(typing, dialog);
}

async function walkToTab(
  typing: Typing,
  { tabs, isShown }: { tabs: readonly string[]; isShown: (seen: Seen) => boolean },
): Promise<void> {
  if (tabs.length === 0) throw notShown();
  for (const key of ["Left", "Right"]) {
    for (let steps = 0; steps <= tabs.length; steps += 1) {
      const seen = await look(typing);
      if (isShown(seen)) return;
      if (!seen.hasDialog || !showsTabs(seen.text, tabs)) throw notShown();
      // In a text, these keys move the cursor within it.
      await toFirstRow(typing);
      if (!(await changes(typing, key))) break;
    }
  }
  throw notShown();
}

/** A digit chooses a row wherever the cursor is, but in a text. */
async function toFirstRow(typing: Typing): Promise<void> {
  const { text } = await look(typing);
  if (rowAt(text) === undefined || rowOf(text, "1") === undefined) return;
  await walkTo(typing, ({ number }) => number === "1", "Up");
}

async function leaveNotes(typing: Typing): Promise<void> {
  if (!typesText.test((await look(typing)).text)) return;
  await press(typing, "Escape");
  await must(typing, ({ text, hasDialog }) => hasDialog && !typesText.test(text));
}

/** Consent is plain consent: what somebody began to add to it is put away. */
async function leaveAmendment(typing: Typing, { keys }: Dialog): Promise<void> {
  if (keys.get("Yes") !== "1") return;
  const isPlain = ({ text }: Seen): boolean => rowOf(text, "1")?.label === "Yes";
  if (isPlain(await look(typing))) return;
  await press(typing, "Tab");
  await must(typing, isPlain);
}
