import type { CardSubject } from "../../src/core/card.ts";
import type { SlackPeople } from "../../src/core/ports/slack-people.ts";
import { span } from "../../src/core/words.ts";
import { answerButton } from "../blocks/actions.ts";
import { actions, context, message, section } from "../blocks/elements.ts";
import { endingMessage } from "../blocks/ending.ts";
import { answeredMessage, questionMessage } from "../blocks/question.ts";
import { preformatted } from "../blocks/quote.ts";
import { quoted } from "../blocks/text.ts";
import { personWords, timeOf } from "../blocks/words.ts";
import type { Message } from "../message.ts";
import type { Sight } from "./sights.ts";

type Asked = CardSubject & { kind: "question" };
type Warned = CardSubject & { kind: "warning" };

/** Whether the agent still waits for the answer to this very question. */
export function isAsked({ question }: Asked, thopter: Sight | undefined): boolean {
  return thopter?.status === "ready" && thopter.agentState?.question?.hash === question.hash;
}

/** A question with its buttons while it is open, then what became of it. */
export function askingMessage(
  asked: Asked,
  thopter: Sight | undefined,
  people: Pick<SlackPeople, "accountOf" | "nameOf">,
): Message {
  const { thopterId: id, thopterName: name, ownerName, question, answered } = asked;
  if (answered !== undefined) {
    const by = personWords(people, answered.personId);
    return answeredMessage({ name }, { question, answer: answered.text, by });
  }
  if (isAsked(asked, thopter)) return questionMessage({ id, name, ownerName }, question);
  const text = `:heavy_minus_sign: *${quoted(name, 60)}* no longer waits for an answer to this.`;
  return message(text, [
    section(text),
    context("The question, in its words:"),
    preformatted(question.text, { maxLength: 500 }),
  ]);
}

/** The same for all who read a channel: an agent's words are for its owner. */
export function askingInPublic(
  asked: Asked,
  thopter: Sight | undefined,
  people: Pick<SlackPeople, "accountOf" | "nameOf">,
): Message {
  const { thopterId, thopterName, ownerName, question, answered } = asked;
  const name = `*${quoted(thopterName, 60)}*`;
  if (answered !== undefined) {
    return message(
      `:white_check_mark: ${name} was answered by ${personWords(people, answered.personId)}.`,
    );
  }
  if (!isAsked(asked, thopter)) {
    return message(`:heavy_minus_sign: ${name} no longer waits for an answer.`);
  }
  const owner =
    thopter === undefined ? quoted(ownerName, 60) : personWords(people, thopter.ownerId);
  const text = `:speech_balloon: ${name} waits for an answer of ${owner}.`;
  return message(text, [section(text), ...actions(answerButton(thopterId, question))]);
}

/** Whether the end that was warned of is still to come. */
export function isEnding({ expiresAt }: Warned, thopter: Sight | undefined): boolean {
  return thopter?.status === "ready" && thopter.expiresAt === expiresAt;
}

/** A warning with its buttons while the end is to come, then what became of it. */
export function warningMessage(warned: Warned, thopter: Sight | undefined, now: number): Message {
  if (thopter !== undefined && isEnding(warned, thopter)) {
    return endingMessage({ ...thopter, ageMs: now - thopter.createdAt }, now);
  }
  return message(laterWords(warned, thopter, now));
}

function laterWords({ thopterName }: Warned, thopter: Sight | undefined, now: number): string {
  const name = `*${quoted(thopterName, 60)}*`;
  if (thopter === undefined) return `:wastebasket: ${name} is gone.`;
  if (thopter.status === "destroying") return `:wastebasket: ${name} is being destroyed.`;
  if (thopter.expiresAt === undefined) return `:white_check_mark: ${name} lives on.`;
  const left = `in ${span(thopter.expiresAt - now)}`;
  return `:white_check_mark: ${name} lives until ${timeOf(thopter.expiresAt, left)}, ${left}.`;
}
