import { ProviderError, UserError } from "../core/errors.ts";
import type { TellRequest } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Tmux } from "../shell/tmux.ts";
import { screenShows } from "./claude-screen.ts";
import { pause } from "./pause.ts";
import type { Keyboard } from "./talk.ts";

const lookEveryMs = 100;
const shownWithinMs = 3000;
const takenWithinMs = 1000;
const mostEnters = 5;
/** Where the place to type is not recognised: long enough for a paste to be one. */
const blindPauseMs = 400;
const screenLength = 40_000;

/** What a screen tells whoever types to it. */
export type TypedScreen = {
  /** What stands where messages are typed; undefined where there is no such place. */
  draft: string | undefined;
  /** Whether the program can be interrupted. */
  isWorking: boolean;
  /** Whether a dialog has taken the place of the draft. */
  hasDialog: boolean;
};

export type ScreenKeyboardOptions = {
  clock: Clock;
  read(screen: string): TypedScreen;
  /** What of a tell is typed. */
  textOf(request: TellRequest): string;
  /** The key that throws a draft away, where an interrupt brings one back. */
  clearKey?: string;
};

type Typing = ScreenKeyboardOptions & { tmux: Tmux; signal: AbortSignal };

/** Types to a program that may drop an Enter right behind a paste: each step waits for its effect. */
export function createScreenKeyboard(options: ScreenKeyboardOptions): Keyboard {
  return {
    async tell(tmux, request, signal) {
      const typing = { ...options, tmux, signal };
      if (request.interrupt) await interrupt(typing);
      await type(typing, options.textOf(request));
    },
    async answer(tmux, { words, dialog }, signal) {
      const typing = { ...options, tmux, signal };
      const key = dialog?.keys.get(words);
      if (dialog === undefined || key === undefined) return type(typing, words);
      const isShown = await reach(typing, ({ text, hasDialog }) => {
        return hasDialog && dialog.shows.every((one) => screenShows(text, one));
      });
      if (!isShown) throw notShown();
      await tmux.press([key], signal);
    },
  };
}

/** Escape may put a message that has no answer yet back to where it was typed: it goes as well. */
async function interrupt(typing: Typing): Promise<void> {
  const { tmux, signal, clearKey } = typing;
  const before = await look(typing);
  // Escape would answer it.
  if (before.hasDialog) throw dialogOpen();
  // Where nothing runs, Escape would open a menu.
  if (before.draft !== undefined && !before.isWorking) return;
  await tmux.press(["Escape"], signal);
  await reach(typing, ({ isWorking }) => !isWorking);
  if (clearKey === undefined) return;
  const { draft = "" } = await look(typing);
  if (draft === "" || draft === before.draft) return;
  // Once only: with nothing typed it would ask to leave.
  await tmux.press([clearKey], signal);
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

type Seen = TypedScreen & { text: string };

async function look({ tmux, signal, read }: Typing): Promise<Seen> {
  const text = await tmux.capture({ history: false, maxLength: screenLength }, signal);
  return { ...read(text), text };
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
