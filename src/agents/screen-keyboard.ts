import { answerDialog } from "./dialog-answer.ts";
import {
  dialogOpen,
  look,
  reach,
  type,
  type ScreenKeyboardOptions,
  type Typing,
} from "./screen-typing.ts";
import type { Keyboard } from "./talk.ts";

/** Types to a program that may drop an Enter right behind a paste: each step waits for its effect. */
export function createScreenKeyboard(options: ScreenKeyboardOptions): Keyboard {
  return {
    async tell(tmux, request, signal) {
      const typing = { ...options, tmux, signal };
      if (request.interrupt) await interrupt(typing);
      await type(typing, options.textOf(request));
    },
    async answer(tmux, { text, given, dialog }, signal) {
      const typing = { ...options, tmux, signal };
      if (dialog === undefined) return type(typing, text);
      await answerDialog(typing, given, dialog);
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
