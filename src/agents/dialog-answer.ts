import type { GivenAnswer } from "../core/answer-text.ts";
import { UserError } from "../core/errors.ts";
import type { Dialog } from "./asked.ts";
import { readMenu } from "./claude-screen.ts";
import { approach, isDialogShown } from "./dialog-approach.ts";
import { inRoom } from "./dialog-room.ts";
import { must, notShown, press, rowOf, walkTo } from "./dialog-steps.ts";
import { screenShows } from "./screen-text.ts";
import { look, type, type Seen, type Typing } from "./screen-typing.ts";

/** What a row of a dialog takes, and its terminal still shows as one text. */
const longestWords = 1500;
const mostLines = 10;
const isDigit = /^[1-9]$/;
/** What stands in the row for words of one's own while nothing is typed there. */
const noWords = /^Type something\.?$/;

/**
 * Answers the dialog that a screen shows, step by step: each one is taken only where the screen shows
 * what the one before has come to. Throws UserError "conflict" where it shows anything else.
 */
export async function answerDialog(
  typing: Typing,
  given: GivenAnswer,
  dialog: Dialog,
): Promise<void> {
  const { words = "" } = given;
  mustFit(words);
  await inRoom(typing, isDialogShown(dialog), async () => {
    await approach(typing, dialog);
    if (dialog.words === "No, " && words !== "") await refuse(typing);
    else await giveTo(typing, given, dialog);
  });
  if (dialog.words !== "No, " || words === "") return;
  await type(typing, typing.textOf({ text: words, raw: false, interrupt: false }));
}

async function giveTo(typing: Typing, given: GivenAnswer, dialog: Dialog): Promise<void> {
  const { words = "", choices } = given;
  if (dialog.several === true) await tick(typing, given, dialog);
  else if (words !== "") await writeOwn(typing, words, dialog);
  else await pressFor(typing, choices[0], dialog);
  if (dialog.reviewed === true) await submit(typing, [...choices, words]);
}

/** Closes the dialog, which stops the agent's turn: what it is told comes next. */
async function refuse(typing: Typing): Promise<void> {
  await press(typing, "Escape");
  await must(typing, ({ draft }) => draft !== undefined);
}

async function pressFor(typing: Typing, choice: string | undefined, dialog: Dialog): Promise<void> {
  const key = choice === undefined ? undefined : dialog.keys.get(choice);
  if (key === undefined) throw notShown();
  if (dialog.unnumbered === true && key !== "Escape") return takeRow(typing, key);
  const pressed = key === "Escape" || isDigit.test(key) ? key : await numberOf(typing, key);
  if (dialog.enter !== true) return press(typing, pressed);
  const isChosen = ({ text }: Seen): boolean => rowOf(text, pressed)?.isAt === true;
  if (!isChosen(await look(typing))) await press(typing, pressed);
  await must(typing, isChosen);
  await press(typing, "Enter");
}

/** Takes a row of a menu without numbers. */
async function takeRow(typing: Typing, label: string): Promise<void> {
  await walkTo(typing, (row) => row.label === label);
  await press(typing, "Enter");
}

/** The number of the one row with these words. */
async function numberOf(typing: Typing, label: string): Promise<string> {
  const { text } = await look(typing);
  const found = readMenu(text, "rule").filter((row) => row.label === label);
  const [row] = found;
  if (row?.number === undefined || found.length > 1) throw notShown();
  return row.number;
}

/** Brings each tick to what is wanted, whoever made it before, then goes on. */
async function tick(typing: Typing, given: GivenAnswer, dialog: Dialog): Promise<void> {
  const { choices, words = "" } = given;
  for (const [choice, key] of dialog.keys) {
    await bringTick(typing, key, choices.includes(choice));
  }
  const own = ownKey(dialog);
  if (words === "") await bringTick(typing, own, false);
  else await write(typing, words, own);
  // A tick that came late would be submitted with the others.
  await must(typing, ({ text }) => {
    const isTicked = (key: string): boolean | undefined => rowOf(text, key)?.isTicked;
    const isGiven = [...dialog.keys].every(
      ([choice, key]) => isTicked(key) === choices.includes(choice),
    );
    return isGiven && isTicked(own) === (words !== "");
  });
  await walkTo(typing, ({ number, label }) => {
    return number === undefined && (label === "Submit" || label === "Next");
  });
  await press(typing, "Enter");
}

async function bringTick(typing: Typing, key: string, isWanted: boolean): Promise<void> {
  const { text } = await look(typing);
  const row = rowOf(text, key);
  if (row === undefined) throw notShown();
  if (row.isTicked === isWanted) return;
  await press(typing, key);
  await must(typing, (seen) => rowOf(seen.text, key)?.isTicked === isWanted);
}

async function writeOwn(typing: Typing, words: string, dialog: Dialog): Promise<void> {
  await write(typing, words, ownKey(dialog));
  await press(typing, "Enter");
}

/** Writes into a row of text, in the place of what somebody wrote there before. */
async function write(typing: Typing, words: string, key: string): Promise<void> {
  // Not by its number, which would submit what is there.
  await walkTo(typing, ({ number }) => number === key);
  const isEmpty = ({ text }: Seen): boolean => noWords.test(rowOf(text, key)?.label ?? "");
  for (let lines = 0; lines < mostLines && !isEmpty(await look(typing)); lines += 1) {
    await typing.tmux.press(["C-e", "C-u"], typing.signal);
    if (!isEmpty(await look(typing))) await typing.tmux.press(["BSpace"], typing.signal);
  }
  await must(typing, isEmpty);
  await typing.tmux.paste(words, typing.signal);
  await must(typing, ({ text }) => {
    const row = rowOf(text, key);
    // What is too long for its row goes on below it.
    return row !== undefined && words.startsWith(row.label) && screenShows(text, words);
  });
}

/** Submits what the dialog shows of all its answers, where these are among them and none is missing. */
async function submit(typing: Typing, answers: readonly string[]): Promise<void> {
  await must(typing, ({ text, hasDialog }) => {
    const [, review] = /\n\s*Review your answers\n((?:(?!\n\s*Review your answers\n)[^])*)$/.exec(
      text,
    ) ?? [undefined, undefined];
    if (!hasDialog || review === undefined || review.includes("unanswered")) return false;
    const row = rowOf(text, "1");
    const isReview = row?.label === "Submit answers";
    return isReview && answers.every((one) => screenShows(review, one.slice(0, 40)));
  });
  await press(typing, "1");
}

/** The row for words of one's own is the one behind the choices. */
function ownKey({ keys }: Dialog): string {
  return String(keys.size + 1);
}

function mustFit(words: string): void {
  if (words.length <= longestWords) return;
  throw new UserError(
    `Cannot answer with ${words.length} characters of your own: a dialog takes at most ${longestWords}. Answer in short, then tell it the rest.`,
  );
}
