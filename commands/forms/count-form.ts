import type { AlertBlock, ModalView } from "@slack/types";
import { hasUnsavedWork } from "../../src/core/plan.ts";
import type { Plan } from "../../src/core/plan.ts";
import type { FormValues } from "../ask.ts";
import { marked } from "../blocks/elements.ts";
import { planBlocks } from "../blocks/plan.ts";
import { count } from "../blocks/words.ts";
import { field, modal, valueOf } from "./view.ts";

/** The number that is expected is part of the field's id, so that a wrong one is refused at once. */
const countId = "count:";

/** The form that names what would be destroyed and wants their number typed. */
export function countForm(id: string, plan: Plan, note: string): ModalView {
  const number = plan.items.length;
  return modal({
    id,
    title: number === 1 ? "Destroy it?" : `Destroy ${number} thopters?`,
    submit: "Destroy",
    note,
    blocks: [
      stakes(plan),
      ...planBlocks(plan),
      field({
        id: "count",
        label: `Type ${number} to destroy ${number === 1 ? "it" : "them"}`,
        element: { type: "plain_text_input", action_id: `${countId}${number}`, max_length: 10 },
      }),
    ],
  });
}

function stakes(plan: Plan): AlertBlock {
  const unsaved = plan.items.filter(hasUnsavedWork).length;
  const words =
    unsaved === 0
      ? `${count(plan.items.length, "thopter")}, nothing unsaved.`
      : `${unsaved} of ${count(plan.items.length, "thopter")} may hold unsaved work. ${rescueWords(plan)}`;
  return { type: "alert", level: plan.force ? "error" : "warning", text: marked(words, 200) };
}

function rescueWords({ force }: Plan): string {
  return force
    ? "By force: what cannot be rescued is lost."
    : "It is rescued first; where that fails nothing is destroyed.";
}

/** What is wrong with the typed number, by block. */
export function checkCount(values: FormValues): Record<string, string> | undefined {
  const id = Object.keys(values).find((one) => one.startsWith(countId));
  const number = id?.slice(countId.length) ?? "";
  if (id !== undefined && valueOf(values, id) === number) return undefined;
  return {
    count: `Type ${number === "" ? "the number" : number} to destroy them, or close this form to keep them.`,
  };
}

/** The number that was typed; undefined where it is none. */
export function typedCount(values: FormValues): number | undefined {
  if (checkCount(values) !== undefined) return undefined;
  const id = Object.keys(values).find((one) => one.startsWith(countId));
  return id === undefined ? undefined : Number(valueOf(values, id));
}
