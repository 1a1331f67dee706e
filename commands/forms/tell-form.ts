import type { ModalView } from "@slack/types";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { standingOf } from "../../src/core/words.ts";
import type { FormValues } from "../ask.ts";
import { section } from "../blocks/elements.ts";
import { quoted } from "../blocks/text.ts";
import { field, modal, option, valueOf } from "./view.ts";

export const tellFormId = "th:tell-form";

/** The form for what to tell an agent. */
export function tellForm(thopter: ThopterView): ModalView {
  return modal({
    id: tellFormId,
    title: "Tell a thopter",
    submit: "Tell",
    note: thopter.id,
    blocks: [
      section(`*${quoted(thopter.name, 60)}* is ${standingOf(thopter)}.`),
      field({
        id: "text",
        label: "What should it hear?",
        element: { type: "plain_text_input", multiline: true, max_length: 3000 },
      }),
      field({
        id: "how",
        label: "How",
        isOptional: true,
        element: {
          type: "checkboxes",
          options: [
            option("Interrupt what it does", "interrupt"),
            option("Let a leading ! or / through", "raw"),
          ],
        },
      }),
    ],
  });
}

export function checkTellForm(values: FormValues): Record<string, string> | undefined {
  return valueOf(values, "text") === undefined ? { text: "Say something." } : undefined;
}

/** What a filled form says, and how. */
export function told(values: FormValues): { text: string; raw: boolean; interrupt: boolean } {
  const how = values["how"] ?? [];
  return {
    text: valueOf(values, "text") ?? "",
    raw: how.includes("raw"),
    interrupt: how.includes("interrupt"),
  };
}
