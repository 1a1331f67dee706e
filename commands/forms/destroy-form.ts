import type { KnownBlock, ModalView, MultiSelect } from "@slack/types";
import type { PlanItem } from "../../src/core/plan.ts";
import { hasUnsavedWork } from "../../src/core/plan.ts";
import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { span, standingOf, unsavedWords } from "../../src/core/words.ts";
import type { FormValues } from "../ask.ts";
import { context } from "../blocks/elements.ts";
import { plain } from "../blocks/text.ts";
import { field, modal, option, valueOf } from "./view.ts";

export const destroyFormId = "th:destroy-form";
export const thopterMenuId = "th:thopters";
const mostOptions = 100;
const mostAtOnce = 50;

/** The form in which thopters are picked; `looks` tells of unsaved work where it was looked for. */
export function destroyForm(
  thopters: readonly ThopterView[],
  looks: ReadonlyMap<string, PlanItem>,
): ModalView {
  const notLookedAt = thopters.length - looks.size;
  const blocks: KnownBlock[] = [
    field({
      id: "thopters",
      label: "Which ones?",
      hint: "The next step shows what would be lost, and asks.",
      element: menu(thopters, looks),
    }),
    field({
      id: "reason",
      label: "Why?",
      isOptional: true,
      element: { type: "plain_text_input", max_length: 300 },
    }),
  ];
  if (notLookedAt > 0) {
    blocks.push(
      context(
        `Unsaved work was looked for in ${looks.size} of ${thopters.length}; the rest is looked at in the next step.`,
      ),
    );
  }
  return modal({ id: destroyFormId, title: "Destroy thopters", submit: "Next", blocks });
}

function menu(thopters: readonly ThopterView[], looks: ReadonlyMap<string, PlanItem>): MultiSelect {
  const shared = { max_selected_items: mostAtOnce, placeholder: plain("Name…", 150) };
  if (thopters.length > mostOptions) {
    return {
      ...shared,
      type: "multi_external_select",
      action_id: thopterMenuId,
      min_query_length: 0,
    };
  }
  const groups = [
    { label: plain("Yours", 75), of: thopters.filter(({ mine }) => mine) },
    { label: plain("Of others", 75), of: thopters.filter(({ mine }) => !mine) },
  ];
  const option_groups = groups
    .filter(({ of }) => of.length > 0)
    .map(({ label, of }) => ({
      label,
      options: of.map((one) => thopterOption(one, looks.get(one.id))),
    }));
  return { ...shared, type: "multi_static_select", action_id: "thopters", option_groups };
}

/** One thopter in a menu: its name, and below it state, age and unsaved work. */
export function thopterOption(thopter: ThopterView, look?: PlanItem) {
  const owner = thopter.mine ? "" : ` of ${thopter.ownerName}`;
  const unsaved =
    look === undefined || !hasUnsavedWork(look) ? "" : `unsaved: ${unsavedWords(look.unsaved)}`;
  const saved = look !== undefined && unsaved === "" ? "nothing unsaved" : unsaved;
  const facts = [standingOf(thopter), span(thopter.ageMs), saved].filter((fact) => fact !== "");
  return option(`${thopter.name}${owner}`, thopter.id, facts.join(" · "));
}

/** The thopters that were picked. */
export function pickedThopters(values: FormValues): readonly string[] {
  const picked = values["thopters"] ?? values[thopterMenuId] ?? [];
  return typeof picked === "string" ? [picked] : picked;
}

export function checkDestroyForm(values: FormValues): Record<string, string> | undefined {
  const number = pickedThopters(values).length;
  if (number === 0) return { thopters: "Pick at least one." };
  return number > mostAtOnce ? { thopters: `Pick at most ${mostAtOnce}.` } : undefined;
}

export function reasonOf(values: FormValues): string | undefined {
  return valueOf(values, "reason");
}
