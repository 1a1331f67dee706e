import type { GivenAnswer } from "../core/answer-text.ts";
import { UserError } from "../core/errors.ts";
import type { Dialog } from "./asked.ts";
import { readMenu, type MenuRow } from "./claude-screen.ts";
import { screenShows } from "./screen-text.ts";
import { look, reach, takenWithinMs, type, type Seen, type Typing } from "./screen-typing.ts";

/** What a row of a dialog takes, and its terminal still shows as one text. */
const longestWords = 1500;
/** More rows than any dialog has. */
const mostSteps = 15;
const mostPresses = 4;
const isDigit = /^[1-9]$/;

/**
 * Answers the dialog that a screen shows, step by step: each one is taken only where the screen shows
 * what the one before has come to. Throws UserError "conflict" where it shows anything else.
 */
export async function answerDialog(
  typing: Typing,
  given: GivenAnswer,
  dialog: Dialog,
): Promise<void> {
  const { words = "", choices } = given;
  mustFit(words);
  await must(typing, ({ text, hasDialog }) => {
    return hasDialog && dialog.shows.every((one) => screenShows(text, one));
  });
  if (dialog.words === "No, " && words !== "") return refuse(typing, words);
  if (dialog.several === true) await tick(typing, given, dialog);
  else if (words !== "") await writeOwn(typing, words, dialog);
  else await pressFor(typing, choices[0], dialog);
  if (dialog.reviewed === true) await submit(typing, [...choices, words]);
}

/** Closes the dialog, which stops the agent's turn, and tells the words as its next message. */
async function refuse(typing: Typing, words: string): Promise<void> {
  await press(typing, "Escape");
  await must(typing, ({ draft }) => draft !== undefined);
  await type(typing, typing.textOf({ text: words, raw: false, interrupt: false }));
}

async function pressFor(typing: Typing, choice: string | undefined, dialog: Dialog): Promise<void> {
  const key = choice === undefined ? undefined : dialog.keys.get(choice);
  if (key === undefined) throw notShown();
  const pressed = key === "Escape" || isDigit.test(key) ? key : await numberOf(typing, key);
  if (dialog.enter !== true) return press(typing, pressed);
  const isChosen = ({ text }: Seen): boolean => rowOf(text, pressed)?.isAt === true;
  if (!isChosen(await look(typing))) await press(typing, pressed);
  await must(typing, isChosen);
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
  await bringTick(typing, own, words !== "");
  if (words !== "") await paste(typing, words, own);
  // A tick that came late would be submitted with the others.
  await must(typing, ({ text }) =>
    [...dialog.keys].every(
      ([choice, key]) => rowOf(text, key)?.isTicked === choices.includes(choice),
    ),
  );
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
  const key = ownKey(dialog);
  await press(typing, key);
  await must(typing, ({ text }) => rowOf(text, key)?.isAt === true);
  await paste(typing, words, key);
  await press(typing, "Enter");
}

async function paste(typing: Typing, words: string, key: string): Promise<void> {
  await typing.tmux.paste(words, typing.signal);
  await must(typing, ({ text }) => {
    const label = rowOf(text, key)?.label;
    // What is too long for its row goes on below it.
    return label !== undefined && words.startsWith(label) && screenShows(text, words);
  });
}

/** Moves the cursor down until it is on that row. */
async function walkTo(typing: Typing, isWanted: (row: MenuRow) => boolean): Promise<void> {
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const { text } = await look(typing);
    const at = readMenu(text, "tabs").find(({ isAt }) => isAt);
    if (at !== undefined && isWanted(at)) return;
    await press(typing, "Down");
  }
  throw notShown();
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

function rowOf(text: string, key: string): MenuRow | undefined {
  return readMenu(text, "tabs").find(({ number }) => number === key);
}

/** Presses a key until the screen changes: one that comes right behind the drawing of a dialog is lost. */
async function press(typing: Typing, key: string): Promise<void> {
  const { text } = await look(typing);
  for (let presses = 0; presses < mostPresses; presses += 1) {
    await typing.tmux.press([key], typing.signal);
    if (await reach(typing, (seen) => seen.text !== text, takenWithinMs)) return;
  }
  throw notShown();
}

async function must(typing: Typing, isWanted: (screen: Seen) => boolean): Promise<void> {
  if (!(await reach(typing, isWanted))) throw notShown();
}

function mustFit(words: string): void {
  if (words.length <= longestWords) return;
  throw new UserError(
    `Cannot answer with ${words.length} characters of your own: a dialog takes at most ${longestWords}. Answer in short, then tell it the rest.`,
  );
}

function notShown(): UserError {
  return new UserError(
    "Cannot answer the agent: its terminal does not show that question. Look at its screen.",
    { code: "conflict" },
  );
}
