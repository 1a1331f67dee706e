import { choiceElements } from "./choice-elements.ts";
import { confirm, dispatchConfig, imageFields, imageSource } from "./composition.ts";
import { limits } from "./limits.ts";
import { own } from "./json.ts";
import {
  block,
  boolean,
  choice,
  freeString,
  list,
  number,
  object,
  optional,
  plainText,
  string,
  whole,
  type Rule,
  type Shape,
} from "./spec.ts";

const actionId = optional(string(limits.id));
const label = optional(string(limits.accessibilityLabel));
const style = optional(choice("primary", "danger"));
const focus = optional(boolean);
const placeholder = optional(plainText(limits.placeholder));
const typed = { action_id: actionId, focus_on_load: focus, placeholder };
const dispatching = { ...typed, dispatch_action_config: optional(dispatchConfig) };

const feedback = (name: string) =>
  object({
    name,
    fields: {
      text: plainText(limits.buttonText),
      value: string(limits.buttonValue),
      accessibility_label: label,
    },
  });

/** Two bounds of one element, the lower of which must not be above the upper. */
function ordered(low: string, high: string): Rule {
  return (value, report) => {
    const [from, to] = [Number(own(value, low)), Number(own(value, high))];
    if (from > to) report("", `${low} is above ${high}`);
  };
}

const buttons: Readonly<Record<string, Shape>> = {
  button: {
    name: "button",
    fields: {
      action_id: actionId,
      text: plainText(limits.buttonText),
      value: optional(string(limits.buttonValue)),
      url: optional(string(limits.url, "URL")),
      ...{ style, confirm, accessibility_label: label },
    },
  },
  feedback_buttons: {
    name: "feedback_buttons",
    fields: {
      action_id: actionId,
      positive_button: feedback("positive_button"),
      negative_button: feedback("negative_button"),
    },
  },
  icon_button: {
    name: "icon_button",
    fields: {
      action_id: actionId,
      icon: string(limits.buttonText),
      text: plainText(limits.buttonText),
      value: optional(string(limits.buttonValue)),
      visible_to_user_ids: optional(list(string(limits.id), 1, limits.open)),
      ...{ confirm, accessibility_label: label },
    },
  },
  workflow_button: {
    name: "workflow_button",
    fields: {
      action_id: actionId,
      text: plainText(limits.buttonText),
      workflow: object({
        name: "workflow",
        fields: {
          trigger: object({
            name: "trigger",
            fields: {
              url: string(limits.url, "web address"),
              customizable_input_parameters: optional(
                list(
                  object({
                    name: "input parameter",
                    fields: { name: string(limits.text), value: freeString(limits.text) },
                  }),
                  1,
                  limits.options,
                ),
              ),
            },
          }),
        },
      }),
      ...{ style, confirm, accessibility_label: label },
    },
  },
};

const fields: Readonly<Record<string, Shape>> = {
  datepicker: {
    name: "datepicker",
    fields: { ...typed, confirm, initial_date: optional(string(10, "date (YYYY-MM-DD)")) },
  },
  datetimepicker: {
    name: "datetimepicker",
    fields: {
      ...{ action_id: actionId, focus_on_load: focus, confirm },
      initial_date_time: optional(whole(1_000_000_000, 9_999_999_999)),
    },
  },
  timepicker: {
    name: "timepicker",
    fields: {
      ...{ ...typed, confirm },
      initial_time: optional(string(5, "time (HH:mm)")),
      timezone: optional(string(limits.id)),
    },
  },
  email_text_input: {
    name: "email_text_input",
    fields: { ...dispatching, initial_value: optional(freeString(limits.inputLength)) },
  },
  url_text_input: {
    name: "url_text_input",
    fields: { ...dispatching, initial_value: optional(freeString(limits.inputLength)) },
  },
  number_input: {
    name: "number_input",
    fields: {
      ...dispatching,
      is_decimal_allowed: boolean,
      initial_value: optional(string(limits.id, "number")),
      min_value: optional(string(limits.id, "number")),
      max_value: optional(string(limits.id, "number")),
    },
    rules: [ordered("min_value", "max_value")],
  },
  plain_text_input: {
    name: "plain_text_input",
    fields: {
      ...dispatching,
      initial_value: optional(freeString(limits.inputLength)),
      multiline: optional(boolean),
      min_length: optional(whole(0, limits.inputLength)),
      max_length: optional(whole(1, limits.inputLength)),
    },
    rules: [ordered("min_length", "max_length")],
  },
  rich_text_input: {
    name: "rich_text_input",
    fields: {
      ...dispatching,
      initial_value: optional(block("rich_text")),
      min_lines: optional(whole(1, limits.richInputLines)),
      max_lines: optional(whole(1, limits.richInputLines)),
    },
    rules: [ordered("min_lines", "max_lines")],
  },
  file_input: {
    name: "file_input",
    fields: {
      action_id: actionId,
      filetypes: optional(list(string(limits.id), 1, limits.options)),
      max_files: optional(whole(1, limits.files)),
    },
  },
};

const shown: Readonly<Record<string, Shape>> = {
  image: { name: "image", fields: imageFields, oneOf: imageSource },
  plain_text: {
    name: "plain_text",
    fields: { text: string(limits.text), emoji: optional(boolean) },
  },
  mrkdwn: { name: "mrkdwn", fields: { text: string(limits.text), verbatim: optional(boolean) } },
  raw_text: { name: "raw_text", fields: { text: string(limits.tableText) } },
  raw_number: {
    name: "raw_number",
    fields: { value: number, text: string(limits.tableText) },
  },
  url: {
    name: "url source",
    fields: { url: string(limits.url, "web address"), text: string(limits.text) },
  },
};

/** Every element by its type. */
export const elements: Readonly<Record<string, Shape>> = {
  ...buttons,
  ...fields,
  ...choiceElements,
  ...shown,
};
