import { filledValue, isEmpty, stateOf, type Given } from "./element-values.ts";
import { elementsIn, isInput, type Element } from "./elements.ts";
import { textOf, type Json } from "./json.ts";
import { isMessage, type Surface } from "./payloads.ts";
import { blocksOf } from "./views.ts";
import type { SimView, Values, World } from "./world.ts";

/** Which element: its action or block id, or what is true of it. */
export type Which = string | ((element: Json, target: Element) => boolean);

const blocksIn = (surface: Surface): Json[] =>
  isMessage(surface) ? surface.blocks : blocksOf(surface);

/** What a person means on what they see. Throws where it is not there. */
export function findElement(surface: Surface, which: Which): Element {
  const found = elementsIn(blocksIn(surface)).find((target) =>
    typeof which === "string"
      ? target.actionId === which || target.blockId === which
      : which(target.element, target),
  );
  if (found === undefined) {
    const seen = elementsIn(blocksIn(surface)).map(({ actionId }) => actionId);
    const name = typeof which === "string" ? `"${which}"` : "such an element";
    throw new Error(`Cannot find ${name}: there is ${seen.join(", ") || "nothing to act on"}`);
  }
  return found;
}

/** Where what a person fills in is kept. */
export function filledBy(surface: Surface, user: string): Values {
  return isMessage(surface) ? (surface.filled[user] ??= {}) : surface.filled;
}

/** Puts something into an element, and answers with what stands in it now. */
export function fillIn(
  world: World,
  { target, values }: { target: Element; values: Values },
  given: Given,
): Json {
  const options = world.suggested.get(target.actionId);
  const element = options === undefined ? target.element : { options, ...target.element };
  const value = filledValue({ ...target, element }, given);
  if (isInput(target)) (values[target.blockId] ??= {})[target.actionId] = value;
  return value;
}

/** What Slack itself finds missing or wrong in a form before it sends it, by block. */
export function mistakesIn(view: SimView): Record<string, string> {
  const state = stateOf(blocksOf(view), view.filled);
  const targets = elementsIn(blocksOf(view)).filter(({ block }) => block["type"] === "input");
  const mistakes: Record<string, string> = {};
  for (const { blockId, actionId, block, element } of targets) {
    const value = state[blockId]?.[actionId];
    if (value === undefined || (isEmpty(value) && block["optional"] === true)) continue;
    const mistake = isEmpty(value)
      ? "Please complete this required field."
      : tooLong(element, value);
    if (mistake !== undefined) mistakes[blockId] = mistake;
  }
  return mistakes;
}

function tooLong(element: Json, value: Json): string | undefined {
  const { length } = textOf(value["value"]) ?? "";
  const least = Number(element["min_length"] ?? 0);
  const most = Number(element["max_length"] ?? 3000);
  if (element["type"] !== "plain_text_input" || (length >= least && length <= most)) return;
  return length < least
    ? `Must be at least ${String(least)} characters.`
    : `Must be at most ${String(most)} characters.`;
}
