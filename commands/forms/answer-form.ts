import type { ModalView } from "@slack/types";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import type { Question } from "../../src/core/thopter.ts";
import type { FormValues } from "../ask.ts";
import { context, section } from "../blocks/elements.ts";
import { preformatted } from "../blocks/quote.ts";
import { quoted } from "../blocks/text.ts";
import { field, modal, option, select, valueOf } from "./view.ts";

export const answerFormId = "th:answer-form";

/** The form for an answer, bound to the question that it shows. */
export function answerForm(thopter: ThopterView, question: Question): ModalView {
  const choices = question.choices ?? [];
  return modal({
    id: answerFormId,
    title: "Answer a thopter",
    submit: "Answer",
    note: `${thopter.id}|${question.hash}`,
    blocks: [
      section(`*${quoted(thopter.name, 60)}* waits for an answer.`),
      context("In the words of its agent, which the hub cannot vouch for:"),
      preformatted(question.text, { maxLength: 2500 }),
      choices.length === 0
        ? field({
            id: "text",
            label: "Your answer",
            element: { type: "plain_text_input", multiline: true, max_length: 3000 },
          })
        : field({
            id: "choice",
            label: "Your answer",
            element: select(choices.map((choice, index) => option(choice, String(index)))),
          }),
    ],
  });
}

/** What was answered: words, or the place of a choice. */
export function answered(values: FormValues): { text?: string; index?: number } {
  const text = valueOf(values, "text");
  const index = valueOf(values, "choice");
  return {
    ...(text === undefined ? {} : { text }),
    ...(index === undefined ? {} : { index: Number(index) }),
  };
}

export function checkAnswerForm(values: FormValues): Record<string, string> | undefined {
  const { text, index } = answered(values);
  return text === undefined && index === undefined ? { text: "Say something." } : undefined;
}
