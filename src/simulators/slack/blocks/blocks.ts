import { dataVisualization } from "./charts.ts";
import { image, imageFields, imageSource } from "./composition.ts";
import { limits } from "./limits.ts";
import { richTextBody } from "./rich-text.ts";
import {
  any,
  anyText,
  block,
  boolean,
  choice,
  element,
  list,
  mrkdwn,
  object,
  optional,
  plainText,
  string,
  type Rule,
  type Shape,
} from "./spec.ts";
import { tables } from "./tables.ts";

const selects = ["static", "external", "users", "conversations", "channels"].flatMap((source) => [
  `${source}_select`,
  `multi_${source}_select`,
]);
const pickers = ["checkboxes", "datepicker", "radio_buttons", "timepicker", ...selects];
const onSections = ["button", "image", "overflow", "workflow_button", ...pickers];
const inActions = [
  ...["button", "datetimepicker", "overflow", "rich_text_input", "workflow_button"],
  ...pickers,
];
const inInputs = [
  ...["datetimepicker", "email_text_input", "file_input", "number_input", "plain_text_input"],
  ...["rich_text_input", "url_text_input", ...pickers],
];
const inContainers = [
  ...["actions", "context", "divider", "file", "header", "image", "input", "rich_text"],
  ...["section", "table", "video"],
];

const taskFields: Shape["fields"] = {
  task_id: string(limits.id),
  title: string(limits.text),
  status: choice("pending", "in_progress", "complete", "error"),
  details: optional(block("rich_text")),
  output: optional(block("rich_text")),
  sources: optional(list(element("url"), 1, limits.open)),
};
/** In a plan a task need not say its type, and is no block of its own. */
const plannedTask = object({
  name: "task",
  fields: {
    ...taskFields,
    type: optional(choice("task_card")),
    block_id: optional(string(limits.id)),
  },
});

const collapsedNeedsCollapsible: Rule = (value, report) => {
  if (value["default_collapsed"] === true && value["is_collapsible"] !== true) {
    report("/default_collapsed", "needs is_collapsible");
  }
};

const layout: Readonly<Record<string, Shape>> = {
  actions: {
    name: "actions",
    fields: { elements: list(element(...inActions), 1, limits.actions) },
  },
  context: {
    name: "context",
    fields: { elements: list(element("image", "plain_text", "mrkdwn"), 1, limits.context) },
  },
  context_actions: {
    name: "context_actions",
    fields: {
      elements: list(element("feedback_buttons", "icon_button"), 1, limits.contextActions),
    },
  },
  divider: { name: "divider", fields: {} },
  header: { name: "header", fields: { text: plainText(limits.header) } },
  image: {
    name: "image",
    fields: { ...imageFields, title: optional(plainText(limits.imageTitle)) },
    oneOf: imageSource,
  },
  input: {
    name: "input",
    fields: {
      label: plainText(limits.inputLabel),
      hint: optional(plainText(limits.inputLabel)),
      optional: optional(boolean),
      dispatch_action: optional(boolean),
      element: element(...inInputs),
    },
  },
  markdown: { name: "markdown", fields: { text: string(limits.markdown) } },
  rich_text: { name: "rich_text", fields: { elements: richTextBody } },
  section: {
    name: "section",
    fields: {
      text: optional(anyText(limits.text)),
      fields: optional(list(anyText(limits.sectionField), 1, limits.sectionFields)),
      accessory: optional(element(...onSections)),
      expand: optional(boolean),
    },
    oneOf: { fields: ["text", "fields"], how: "at least one" },
  },
};

const grouping: Readonly<Record<string, Shape>> = {
  alert: {
    name: "alert",
    fields: {
      text: anyText(limits.alert),
      level: optional(choice("default", "info", "warning", "error", "success")),
    },
  },
  card: {
    name: "card",
    fields: {
      hero_image: optional(image),
      icon: optional(image),
      title: optional(mrkdwn(limits.cardTitle)),
      subtitle: optional(mrkdwn(limits.cardTitle)),
      body: optional(mrkdwn(limits.cardBody)),
      actions: optional(list(element("button"), 1, limits.cardActions)),
    },
    oneOf: { fields: ["hero_image", "title", "actions", "body"], how: "at least one" },
  },
  carousel: {
    name: "carousel",
    fields: { elements: list(block("card"), 1, limits.carousel) },
  },
  container: {
    name: "container",
    fields: {
      title: optional(plainText(limits.containerTitle)),
      rich_text_title: optional(block("rich_text")),
      subtitle: optional(anyText(limits.containerTitle)),
      child_blocks: list(block(...inContainers), 1, limits.containerBlocks),
      width: optional(choice("narrow", "standard", "wide", "full")),
      icon: optional(image),
      is_collapsible: optional(boolean),
      default_collapsed: optional(boolean),
      has_header_divider: optional(boolean),
    },
    oneOf: { fields: ["title", "rich_text_title"], how: "at least one" },
    rules: [collapsedNeedsCollapsible],
  },
  plan: {
    name: "plan",
    fields: {
      title: string(limits.text),
      tasks: optional(list(plannedTask, 1, limits.open)),
    },
  },
  task_card: { name: "task_card", fields: taskFields },
};

const media: Readonly<Record<string, Shape>> = {
  call: {
    name: "call",
    fields: {
      call_id: string(limits.id),
      api_decoration_available: optional(boolean),
      call: optional(any),
    },
  },
  file: { name: "file", fields: { external_id: string(limits.id), source: choice("remote") } },
  video: {
    name: "video",
    fields: {
      video_url: string(limits.url, "https address"),
      thumbnail_url: string(limits.url, "web address"),
      alt_text: string(limits.imageAlt),
      title: plainText(limits.videoTitle),
      title_url: optional(string(limits.url, "https address")),
      author_name: optional(string(limits.videoAuthor)),
      provider_name: optional(string(limits.text)),
      provider_icon_url: optional(string(limits.url, "web address")),
      description: optional(plainText(limits.videoDescription)),
    },
  },
};

/** Every block by its type. `block_id` is a field of each. */
export const blocks: Readonly<Record<string, Shape>> = {
  ...layout,
  ...grouping,
  ...media,
  ...tables,
  data_visualization: dataVisualization,
};
