import { ProviderError, UserError } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Tmux } from "../shell/tmux.ts";
import { readClaudeScreen, screenShows, type ClaudeScreen } from "./claude-screen.ts";
import { pause } from "./pause.ts";
import type { Keyboard } from "./talk.ts";
import { tellText } from "./tell-text.ts";

const lookEveryMs = 100;
const shownWithinMs = 3000;
const takenWithinMs = 1000;
const mostEnters = 5;
/** Where the place to type is not recognised: long enough for a paste to be one. */
const blindPauseMs = 400;
const screenLength = 40_000;

type Typing = { tmux: Tmux; clock: Clock; signal: AbortSignal };

/** Types to Claude Code, which drops an Enter right behind a paste: each step waits for its effect. */
export function createClaudeKeyboard(clock: Clock): Keyboard {
  return {
    async tell(tmux, request, signal) {
      const typing = { tmux, clock, signal };
      if (request.interrupt) await interrupt(typing);
      await type(typing, claudeText(request));
    },
    async answer(tmux, { words, dialog }, signal) {
      const typing = { tmux, clock, signal };
      const key = dialog?.keys.get(words);
      if (dialog === undefined || key === undefined) return type(typing, words);
      const isShown = await reach(typing, ({ text }) =>
        dialog.shows.every((one) => screenShows(text, one)),
      );
      if (!isShown) throw notShown();
      await tmux.press([key], signal);
    },
  };
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

/** Escape puts a message that has no answer yet back to where it was typed: it goes as well. */
async function interrupt(typing: Typing): Promise<void> {
  const { tmux, signal } = typing;
  const before = await look(typing);
  // Escape would answer it.
  if (before.hasDialog) throw dialogOpen();
  // Where nothing runs, Escape twice would open a menu.
  if (before.draft !== undefined && !before.isWorking) return;
  await tmux.press(["Escape"], signal);
  await reach(typing, ({ isWorking }) => !isWorking);
  const { draft = "" } = await look(typing);
  if (draft === "" || draft === before.draft) return;
  // Once only: with nothing typed it would ask to leave.
  await tmux.press(["C-c"], signal);
  await reach(typing, (screen) => screen.draft !== draft);
}

async function type(typing: Typing, text: string): Promise<void> {
  const { tmux, clock, signal } = typing;
  const { draft: before, hasDialog } = await look(typing);
  if (hasDialog) throw dialogOpen();
  await tmux.paste(text, signal);
  if (before === undefined) {
    await pause(clock, blindPauseMs, signal);
    return tmux.press(["Enter"], signal);
  }
  await reach(typing, ({ draft }) => draft !== before);
  const { draft: typed } = await look(typing);
  for (let enters = 0; enters < mostEnters; enters += 1) {
    await tmux.press(["Enter"], signal);
    if (await reach(typing, ({ draft }) => draft !== typed, takenWithinMs)) return;
  }
  throw new ProviderError("Cannot type to the agent: it does not take what was typed", {
    kind: "transient",
  });
}

type Seen = ClaudeScreen & { text: string };

async function look({ tmux, signal }: Typing): Promise<Seen> {
  const text = await tmux.capture({ history: false, maxLength: screenLength }, signal);
  return { ...readClaudeScreen(text), text };
}

/** Waits until the screen is as wanted; answers with whether it came to that. */
async function reach(
  typing: Typing,
  isWanted: (screen: Seen) => boolean,
  withinMs = shownWithinMs,
): Promise<boolean> {
  const until = typing.clock.now() + withinMs;
  for (;;) {
    if (isWanted(await look(typing))) return true;
    if (typing.clock.now() >= until) return false;
    await pause(typing.clock, lookEveryMs, typing.signal);
  }
}

function dialogOpen(): UserError {
  return new UserError("Cannot tell the agent anything: its terminal shows a dialog. Look at it.", {
    code: "conflict",
  });
}

function notShown(): UserError {
  return new UserError(
    "Cannot answer the agent: its terminal does not show that question. Look at its screen.",
    { code: "conflict" },
  );
}
