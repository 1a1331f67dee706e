import {
  confirm,
  conversationFilter,
  linkOption,
  markedOption,
  option,
  optionGroup,
} from "./composition.ts";
import { limits } from "./limits.ts";
import { itemsOf, own } from "./json.ts";
import {
  boolean,
  list,
  optional,
  plainText,
  string,
  whole,
  type Rule,
  type Shape,
  type Spec,
} from "./spec.ts";

const actionId = optional(string(limits.id));
const focus = optional(boolean);
const choosing = {
  ...{ action_id: actionId, confirm, focus_on_load: focus },
  placeholder: optional(plainText(limits.placeholder)),
};
const severally = { ...choosing, max_selected_items: optional(whole(1, limits.options)) };
const id = optional(string(limits.id));
const ids = optional(list(string(limits.id), 1, limits.options));
const queryLength = { min_query_length: optional(whole(0, limits.inputLength)) };
const conversations = {
  default_to_current_conversation: optional(boolean),
  filter: optional(conversationFilter),
};
const responding = { response_url_enabled: optional(boolean) };

const options = {
  options: optional(list(option, 1, limits.options)),
  option_groups: optional(list(optionGroup, 1, limits.optionGroups)),
};
const optionsSource: NonNullable<Shape["oneOf"]> = {
  fields: ["options", "option_groups"],
  how: "exactly one",
};

/** What is chosen at first must be one of the options, value for value. */
const initialIsOffered: Rule = (value, report) => {
  const groups = itemsOf(own(value, "option_groups")).slice(0, limits.optionGroups);
  const offered = [value, ...groups].flatMap((holder) =>
    itemsOf(own(holder, "options")).slice(0, limits.options),
  );
  const values = new Set(offered.map((each) => own(each, "value")));
  const chosen = [
    ["/initial_option", own(value, "initial_option")] as const,
    ...itemsOf(own(value, "initial_options"))
      .slice(0, limits.options)
      .map((each, index) => [`/initial_options/${index}`, each] as const),
  ];
  for (const [path, each] of chosen) {
    const known = each === undefined || values.has(own(each, "value"));
    if (!known) report(path, "is not one of the options");
  }
};

const group = (name: string, initial: Record<string, Spec>): Shape => ({
  name,
  fields: {
    ...{ action_id: actionId, confirm, focus_on_load: focus },
    options: list(markedOption, 1, limits.choices),
    ...initial,
  },
  rules: [initialIsOffered],
});

const menu = (name: string, extra: Record<string, Spec>): Shape => ({
  name,
  fields: { ...(name.startsWith("multi_") ? severally : choosing), ...extra },
});

const someOptions = optional(list(option, 1, limits.options));
const chosenMarked = optional(list(markedOption, 1, limits.choices));

/** The elements with which a person chooses among what is offered. */
export const choiceElements: Readonly<Record<string, Shape>> = {
  checkboxes: group("checkboxes", { initial_options: chosenMarked }),
  radio_buttons: group("radio_buttons", { initial_option: optional(markedOption) }),
  overflow: {
    name: "overflow",
    fields: {
      ...{ action_id: actionId, confirm },
      options: list(linkOption, limits.overflow.min, limits.overflow.max),
    },
  },
  static_select: {
    ...menu("static_select", { ...options, initial_option: optional(option) }),
    ...{ oneOf: optionsSource, rules: [initialIsOffered] },
  },
  multi_static_select: {
    ...menu("multi_static_select", { ...options, initial_options: someOptions }),
    ...{ oneOf: optionsSource, rules: [initialIsOffered] },
  },
  external_select: menu("external_select", { initial_option: optional(option), ...queryLength }),
  multi_external_select: menu("multi_external_select", {
    initial_options: someOptions,
    ...queryLength,
  }),
  users_select: menu("users_select", { initial_user: id }),
  multi_users_select: menu("multi_users_select", { initial_users: ids }),
  channels_select: menu("channels_select", { initial_channel: id, ...responding }),
  multi_channels_select: menu("multi_channels_select", { initial_channels: ids }),
  conversations_select: menu("conversations_select", {
    ...{ initial_conversation: id, ...conversations, ...responding },
  }),
  multi_conversations_select: menu("multi_conversations_select", {
    ...{ initial_conversations: ids, ...conversations },
  }),
};
