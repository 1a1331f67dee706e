import type { ThopterView } from "../../src/core/ports/fleet.ts";
import type { Question } from "../../src/core/thopter.ts";
import type { Message } from "../message.ts";
import { answerButtons, mostChoiceButtons, screenButton } from "./actions.ts";
import { actions, context, message, section } from "./elements.ts";
import { preformatted } from "./quote.ts";
import { quoted } from "./text.ts";
import { listed } from "./words.ts";

type Asker = Pick<ThopterView, "id" | "name" | "ownerName">;

/**
 * What an agent asks, in its own words below the hub's facts, with a button for each choice. The
 * buttons are bound to this question. For its owner alone: the text may say anything.
 */
export function questionMessage(thopter: Asker, question: Question): Message {
  const name = quoted(thopter.name, 60);
  const choices = question.choices ?? [];
  const hasButtons = question.several !== true && choices.length <= mostChoiceButtons;
  const text = `:speech_balloon: *${name}* of ${quoted(thopter.ownerName, 60)} waits for an answer.`;
  return message(`${text} It asks: ${quoted(question.text, 200)}`, [
    section(text),
    context(`In the words of the agent in ${name}, which the hub cannot vouch for:`),
    preformatted(question.text, { maxLength: 2500 }),
    ...(hasButtons ? [] : [context(`It offers: ${listed(numbered(choices), 30)}`)]),
    ...actions(...answerButtons(thopter.id, question), screenButton(thopter.id)),
  ]);
}

function numbered(choices: readonly string[]): string[] {
  return choices.map((choice, index) => `${index + 1}. ${choice}`);
}

/** What stands in place of a question once it was answered. */
export function answeredMessage(
  thopter: Pick<Asker, "name">,
  { question, answer, by }: { question: Question; answer: string; by: string },
): Message {
  const text = `:white_check_mark: *${quoted(thopter.name, 60)}* was answered by ${by}: ${quoted(answer, 500)}`;
  return message(text, [
    section(text),
    context("The question, in its words:"),
    preformatted(question.text, { maxLength: 500 }),
  ]);
}
