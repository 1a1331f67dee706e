import type { Ids } from "./ids.ts";
import { isRecord, records, type Json } from "./json.ts";

/** Something in a block that a person can act on. */
export type Element = {
  element: Json;
  actionId: string;
  blockId: string;
  block: Json;
};

const buttons = ["button", "feedback_buttons", "icon_button", "overflow", "workflow_button"];
const inputs = [
  ...["checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "file_input"],
  ...["plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input"],
  ...["static", "external", "users", "conversations", "channels"].flatMap((kind) => [
    `${kind}_select`,
    `multi_${kind}_select`,
  ]),
];
const interactive = new Set([...buttons, ...inputs]);

export const isInput = ({ element }: Element): boolean => inputs.includes(String(element["type"]));

/** A copy with an id on every block and on everything that can be acted on. */
export function withIds(blocks: unknown, ids: Ids): Json[] {
  const copy = records(structuredClone(blocks));
  for (const block of copy) giveIds(block, ids, true);
  return copy;
}

const holdsBlocks = (holder: Json, key: string): boolean =>
  key === "child_blocks" || (holder["type"] === "carousel" && key === "elements");

function giveIds(value: Json, ids: Ids, isBlock: boolean): void {
  if (isBlock) value["block_id"] ??= ids.secret(5);
  else if (interactive.has(String(value["type"]))) value["action_id"] ??= ids.secret(5);
  for (const [key, inside] of Object.entries(value)) {
    const all = Array.isArray(inside) ? inside : [inside];
    for (const one of all.filter(isRecord)) giveIds(one, ids, holdsBlocks(value, key));
  }
}

/** All that can be acted on, in the order it is seen. */
export function elementsIn(blocks: readonly Json[]): Element[] {
  return blocks.flatMap((block) => within(block, block));
}

function within(value: unknown, block: Json): Element[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => within(one, block));
  if (!isRecord(value)) return [];
  const { type, action_id: actionId, block_id: ownId } = value;
  const inner = typeof ownId === "string" ? value : block;
  const blockId = String(inner["block_id"]);
  const isOne = interactive.has(String(type)) && typeof actionId === "string";
  const own = isOne ? [{ element: value, actionId, blockId, block: inner }] : [];
  return [...own, ...Object.values(value).flatMap((one) => within(one, inner))];
}

/** Whether using it tells the app at once; an input in a form waits for the form. */
export function dispatches({ block }: Element): boolean {
  return block["type"] !== "input" || block["dispatch_action"] === true;
}
