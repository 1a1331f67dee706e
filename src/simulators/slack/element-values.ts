import { elementsIn, isInput, type Element } from "./elements.ts";
import { isRecord, records, type Json } from "./json.ts";
import type { Values } from "./world.ts";

/** What a person gives: a text or the value of an option, several of them, or a whole option. */
export type Given = string | readonly string[] | Json | readonly Json[];

type Field = { name: string; initial: string; isList: boolean; isOption: boolean };

const single = (name: string, isOption = false): Field => ({
  ...{ name: `selected_${name}`, initial: `initial_${name}`, isList: false, isOption },
});
const several = (name: string, isOption = false): Field => ({
  ...{ name: `selected_${name}`, initial: `initial_${name}`, isList: true, isOption },
});

const fields: Readonly<Record<string, Field>> = {
  static_select: single("option", true),
  external_select: single("option", true),
  radio_buttons: single("option", true),
  overflow: single("option", true),
  multi_static_select: several("options", true),
  multi_external_select: several("options", true),
  checkboxes: several("options", true),
  users_select: single("user"),
  conversations_select: single("conversation"),
  channels_select: single("channel"),
  multi_users_select: several("users"),
  multi_conversations_select: several("conversations"),
  multi_channels_select: several("channels"),
  datepicker: single("date"),
  timepicker: single("time"),
  datetimepicker: { ...single("date_time"), initial: "initial_date_time" },
};
const typed: Field = { name: "value", initial: "initial_value", isList: false, isOption: false };

const fieldOf = ({ element }: Element): Field => fields[String(element["type"])] ?? typed;

/** What stands in an element that nobody has touched. */
function initialValue(target: Element): Json {
  const { name, initial, isList } = fieldOf(target);
  return { type: target.element["type"], [name]: target.element[initial] ?? (isList ? [] : null) };
}

/** What stands in an element once somebody has given it this. Throws for an option it has not. */
export function filledValue(target: Element, given: Given): Json {
  const { name, isList, isOption } = fieldOf(target);
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  const chosen = isOption ? all.map((one) => optionOf(target, one)) : all;
  const isNothing = given === "" && !isList;
  return { type: target.element["type"], [name]: isList ? chosen : pick(chosen, isNothing) };
}

const pick = (chosen: readonly unknown[], isNothing: boolean): unknown =>
  isNothing ? null : (chosen[0] ?? null);

function optionOf({ element, actionId }: Element, given: unknown): unknown {
  if (isRecord(given)) return given;
  if (given === "") return null;
  const options = [
    ...records(element["options"]),
    ...records(element["option_groups"]).flatMap((group) => records(group["options"])),
  ];
  const found = options.find(({ value }) => value === given);
  if (found === undefined) {
    throw new Error(`Cannot choose "${String(given)}" in "${actionId}": it has no such option`);
  }
  return found;
}

/** Whether nothing has been given. */
export function isEmpty(value: Json): boolean {
  const { type: _type, ...rest } = value;
  return Object.values(rest).every(
    (one) => one === null || one === "" || (Array.isArray(one) && one.length === 0),
  );
}

/** The state of all inputs, as the app gets it. */
export function stateOf(blocks: readonly Json[], filled: Values): Values {
  const state: Values = {};
  for (const target of elementsIn(blocks).filter(isInput)) {
    const { blockId, actionId } = target;
    (state[blockId] ??= {})[actionId] = filled[blockId]?.[actionId] ?? initialValue(target);
  }
  return state;
}
