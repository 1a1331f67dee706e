import type { KnownBlock, ModalView, MultiStaticSelect } from "@slack/types";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { writeAnswer } from "../../src/core/answer-text.ts";
import type { Question } from "../../src/core/thopter.ts";
import type { FormValues } from "../ask.ts";
import { context, section } from "../blocks/elements.ts";
import { preformatted } from "../blocks/quote.ts";
import { quoted } from "../blocks/text.ts";
import { field, modal, option, select, valueOf } from "./view.ts";

export const answerFormId = "th:answer-form";

/** The form for an answer, bound to the question that it shows. */
export function answerForm(thopter: ThopterView, question: Question): ModalView {
  return modal({
    id: answerFormId,
    title: "Answer a thopter",
    submit: "Answer",
    note: `${thopter.id}|${question.hash}`,
    blocks: [
      section(`*${quoted(thopter.name, 60)}* waits for an answer.`),
      context("In the words of its agent, which the hub cannot vouch for:"),
      preformatted(question.text, { maxLength: 2500 }),
      ...answerFields(question),
    ],
  });
}

function answerFields({ choices = [], several, words }: Question): KnownBlock[] {
  const hasWords = choices.length === 0 || words !== undefined;
  const options = choices.map((choice, index) => option(choice, String(index)));
  const picked: MultiStaticSelect = { type: "multi_static_select", options: options.slice(0, 100) };
  const choice = field({
    id: "choice",
    label: several === true ? "Your answers" : "Your answer",
    element: several === true ? picked : select(options),
    isOptional: hasWords,
  });
  const own = field({
    id: "text",
    label: choices.length === 0 ? "Your answer" : "In your own words",
    element: { type: "plain_text_input", multiline: true, max_length: 3000 },
    isOptional: choices.length > 0,
    ...(words !== undefined && words !== "" && { hint: `It is told as "${words}…".` }),
  });
  return [...(choices.length > 0 ? [choice] : []), ...(hasWords ? [own] : [])];
}

/** What was answered, as a text; undefined where that is no choice of the question. */
export function answered(values: FormValues, question: Question): string | undefined {
  const words = valueOf(values, "text");
  const picked = pickedIn(values).map((one) => question.choices?.[Number(one)]);
  const choices = picked.filter((one) => one !== undefined);
  if (choices.length < picked.length || (words ?? choices[0]) === undefined) return undefined;
  return writeAnswer(question, { choices, ...(words !== undefined && { words }) });
}

export function checkAnswerForm(values: FormValues): Record<string, string> | undefined {
  const text = valueOf(values, "text");
  const isOne = typeof values["choice"] === "string";
  if (text === undefined && pickedIn(values).length === 0) return { text: "Say something." };
  return text !== undefined && isOne ? { text: "Choose, or say something: not both." } : undefined;
}

function pickedIn({ choice }: FormValues): readonly string[] {
  if (choice === undefined || choice === "") return [];
  return typeof choice === "string" ? [choice] : choice;
}
