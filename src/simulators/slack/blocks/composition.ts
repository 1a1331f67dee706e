import { limits } from "./limits.ts";
import {
  anyText,
  boolean,
  choice,
  element,
  list,
  object,
  optional,
  plainText,
  string,
  type Shape,
  type Spec,
} from "./spec.ts";

/** Objects that elements and blocks are made of. */
export const confirm: Spec = optional(
  object({
    name: "confirm",
    fields: {
      title: optional(plainText(limits.confirmTitle)),
      text: anyText(limits.confirmText),
      confirm: optional(plainText(limits.confirmButton)),
      deny: optional(plainText(limits.confirmButton)),
      style: optional(choice("primary", "danger")),
    },
  }),
);

const optionRest = {
  value: string(limits.optionValue),
  description: optional(plainText(limits.optionDescription)),
};

/** An option of a menu. */
export const option: Spec = object({
  name: "option",
  fields: { text: plainText(limits.optionText), ...optionRest },
});

/** An option of checkboxes and radio buttons, which show mrkdwn too. */
export const markedOption: Spec = object({
  name: "option",
  fields: { text: anyText(limits.optionText), ...optionRest },
});

/** An option of an overflow menu, which may lead to a page. */
export const linkOption: Spec = object({
  name: "option",
  fields: {
    text: plainText(limits.optionText),
    ...optionRest,
    url: optional(string(limits.url, "URL")),
  },
});

export const optionGroup: Spec = object({
  name: "option group",
  fields: {
    label: plainText(limits.optionText),
    options: list(option, 1, limits.options),
  },
});

const slackFile: Spec = object({
  name: "slack_file",
  fields: { id: optional(string(limits.id)), url: optional(string(limits.url, "web address")) },
  oneOf: { fields: ["id", "url"], how: "exactly one" },
});

/** What an image has as a block and as an element. */
export const imageFields = {
  alt_text: string(limits.imageAlt),
  image_url: optional(string(limits.url, "web address")),
  slack_file: optional(slackFile),
} satisfies Shape["fields"];
export const imageSource: NonNullable<Shape["oneOf"]> = {
  fields: ["image_url", "slack_file"],
  how: "exactly one",
};

export const image: Spec = element("image");

export const conversationFilter: Spec = object({
  name: "filter",
  fields: {
    include: optional(list(choice("im", "mpim", "private", "public"), 1, 4)),
    exclude_external_shared_channels: optional(boolean),
    exclude_bot_users: optional(boolean),
  },
  oneOf: {
    fields: ["include", "exclude_external_shared_channels", "exclude_bot_users"],
    how: "at least one",
  },
});

export const dispatchConfig: Spec = object({
  name: "dispatch_action_config",
  fields: {
    trigger_actions_on: optional(list(choice("on_enter_pressed", "on_character_entered"), 1, 2)),
  },
});
