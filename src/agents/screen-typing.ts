import { ProviderError, UserError } from "../core/errors.ts";
import type { TellRequest } from "../core/ports/agent.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Tmux } from "../shell/tmux.ts";
import { pause } from "./pause.ts";
import { captureScreen } from "./screen-text.ts";

const lookEveryMs = 100;
const shownWithinMs = 3000;
export const takenWithinMs = 1000;
const mostEnters = 5;
/** Where the place to type is not recognised: long enough for a paste to be one. */
const blindPauseMs = 400;

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

/** Typing to a program whose screen tells what came of it. */
export type Typing = ScreenKeyboardOptions & { tmux: Tmux; signal: AbortSignal };

/** Types a message and its Enter. Throws UserError while a dialog is open. */
export async function type(typing: Typing, text: string): Promise<void> {
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

export type Seen = TypedScreen & { text: string };

/** What the screen shows now. */
export async function look({ tmux, signal, read }: Typing): Promise<Seen> {
  const text = await captureScreen(tmux, signal);
  return { ...read(text), text };
}

/** Waits until the screen is as wanted; answers with whether it came to that. */
export async function reach(
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

export function dialogOpen(): UserError {
  return new UserError("Cannot tell the agent anything: its terminal shows a dialog. Look at it.", {
    code: "conflict",
  });
}
