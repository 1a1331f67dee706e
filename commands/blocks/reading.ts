import type { ReadAnswer } from "../../src/core/ports/reading.ts";
import type { ThopterDetail, ThopterView } from "../../src/core/ports/fleet.ts";
import { standingOf } from "../../src/core/words.ts";
import type { Message } from "../message.ts";
import { again, button, ids, tellButton } from "./actions.ts";
import { actions, context, message, section } from "./elements.ts";
import { workBlocks } from "./finish.ts";
import { folded, preformatted } from "./quote.ts";
import { quoted } from "./text.ts";

/** How much of each is shown, in characters. */
export const shownOf = { screen: 2900, log: 6000, diff: 6000 } as const;
export type Shown = keyof typeof shownOf;

/** What stands on a thopter's screen, in its log or in its diff: for whoever asked and may see it, alone. */
export function readingMessage(
  answer: ReadAnswer & { what: Shown },
  thopter: ThopterView | ThopterDetail,
): Message {
  const { what, text } = answer;
  const name = quoted(thopter.name, 60);
  const title = { screen: "Screen", log: "Setup log", diff: "Changes" }[what];
  const words = `${title} of *${name}* (${standingOf(thopter)}). Only you see this.`;
  if (text.trim() === "") return message(`${words} It is empty.`);
  const cut = { maxLength: shownOf[what], keep: what === "diff" ? "start" : "end" } as const;
  const isCut = answer.truncated || text.length > cut.maxLength;
  const part = what === "diff" ? "beginning" : "end";
  return message(words, [
    section(words),
    ...("task" in thopter ? workBlocks(thopter) : []),
    what === "screen"
      ? preformatted(text, cut)
      : folded(`${title} of ${thopter.name}`, text, { ...cut, isOpen: text.length < 1500 }),
    ...(isCut ? [context(`This is the ${part} of it; it goes on.`)] : []),
    ...(what === "screen" ? screenButtons(thopter) : []),
  ]);
}

function screenButtons({ id, status }: ThopterView) {
  const refresh = button("Refresh", { id: ids.screen, value: `${id}|${again}` });
  return actions(refresh, status === "ready" ? tellButton(id) : undefined);
}
