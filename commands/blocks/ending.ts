import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { span, standingOf } from "../../src/core/words.ts";
import type { Message } from "../message.ts";
import { destroyButton, extendButton } from "./actions.ts";
import { actions, message, section } from "./elements.ts";
import { quoted } from "./text.ts";
import { timeOf } from "./words.ts";

/** The warning to an owner that a thopter's time to live is nearly over. */
export function endingMessage(
  thopter: Pick<ThopterView, "id" | "name" | "expiresAt" | "status" | "agentState" | "ageMs">,
  now: number,
): Message {
  const { expiresAt = now } = thopter;
  const left = expiresAt > now ? `in ${span(expiresAt - now)}` : "now";
  const state = standingOf(thopter);
  const text =
    `:hourglass: *${quoted(thopter.name, 60)}* (${state}, ${span(thopter.ageMs)} old) reaches the end of its time at ` +
    `${timeOf(expiresAt, left)}, ${left}. It is destroyed then; unsaved work is rescued first.`;
  return message(text, [
    section(text),
    ...actions({ ...extendButton(thopter.id), style: "primary" }, destroyButton(thopter.id)),
  ]);
}
