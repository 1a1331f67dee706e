import type {
  Button,
  Checkboxes,
  ContextActionsBlock,
  InputBlockElement,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  PlainTextOption,
  RichTextBlock,
  RichTextElement,
  SectionBlockAccessory,
  View,
} from "@slack/types";

type BlockOf<Type extends KnownBlock["type"]> = Extract<KnownBlock, { type: Type }>;

export const plain = (text: string): PlainTextElement => ({ type: "plain_text", text });
export const marked = (text: string): MrkdwnElement => ({ type: "mrkdwn", text });
export const option = (value: string): PlainTextOption => ({ text: plain(value), value });
export const button = (id: string): Button => ({
  ...{ type: "button", action_id: id, text: plain("Destroy"), value: "t1", style: "danger" },
  accessibility_label: "Destroy brave-otter",
  confirm: {
    ...{ title: plain("Sure?"), text: marked("It has *2 commits*."), style: "danger" },
    ...{ confirm: plain("Destroy"), deny: plain("Keep") },
  },
});
const picture = {
  ...{ type: "image" as const, alt_text: "an otter" },
  image_url: "https://example.com/otter.png",
};

const words: RichTextElement[] = [
  { type: "text", text: "bold", style: { bold: true } },
  { type: "link", url: "https://example.com/pull/7", text: "#7" },
  { type: "emoji", name: "tada" },
  { type: "user", user_id: "U1" },
  { type: "channel", channel_id: "C1" },
  { type: "usergroup", usergroup_id: "S1" },
  { type: "team", team_id: "T1" },
  { type: "broadcast", range: "here" },
  { type: "color", value: "#22aa44" },
  { type: "date", timestamp: 1_790_000_000, format: "{date_short}", fallback: "today" },
];

export const richText = (text: string): RichTextBlock => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});

const select = { action_id: "choose", placeholder: plain("Choose") };
const options = ["a", "b", "c"].map(option);

/** Each element of an input block, by its type. */
export const inputElements: { [E in InputBlockElement as E["type"]]: E } = {
  checkboxes: { type: "checkboxes", options, initial_options: options.slice(0, 1) },
  datepicker: { type: "datepicker", initial_date: "2026-11-21", placeholder: plain("Day") },
  datetimepicker: { type: "datetimepicker", initial_date_time: 1_790_000_000 },
  email_text_input: { type: "email_text_input", placeholder: plain("who@example.com") },
  file_input: { type: "file_input", filetypes: ["png"], max_files: 3 },
  multi_channels_select: { type: "multi_channels_select", ...select, initial_channels: ["C1"] },
  multi_conversations_select: {
    ...{ type: "multi_conversations_select", ...select, max_selected_items: 2 },
    filter: { include: ["public"], exclude_bot_users: true },
  },
  multi_external_select: { type: "multi_external_select", ...select, min_query_length: 2 },
  multi_static_select: { type: "multi_static_select", ...select, options },
  multi_users_select: { type: "multi_users_select", ...select, initial_users: ["U1"] },
  number_input: {
    ...{ type: "number_input", is_decimal_allowed: true, initial_value: "2.5" },
    ...{ min_value: "-1", max_value: "10" },
  },
  plain_text_input: {
    ...{ type: "plain_text_input", multiline: true, min_length: 1, max_length: 3000 },
    dispatch_action_config: { trigger_actions_on: ["on_enter_pressed"] },
  },
  radio_buttons: { type: "radio_buttons", options, initial_option: option("b") },
  rich_text_input: { type: "rich_text_input", initial_value: richText("x"), max_lines: 9 },
  channels_select: { type: "channels_select", ...select, response_url_enabled: true },
  conversations_select: { type: "conversations_select", ...select, initial_conversation: "C1" },
  external_select: { type: "external_select", ...select, min_query_length: 0 },
  static_select: {
    ...{ type: "static_select", ...select, initial_option: option("b") },
    option_groups: [{ label: plain("group"), options }],
  },
  timepicker: { type: "timepicker", initial_time: "23:59", timezone: "Europe/Berlin" },
  url_text_input: { type: "url_text_input", initial_value: "", focus_on_load: true },
  users_select: { type: "users_select", ...select, initial_user: "U1" },
};

/** Each accessory of a section, by its type. */
export const accessories: { [E in SectionBlockAccessory as E["type"]]: E } = {
  ...{ button: button("press"), image: picture },
  overflow: {
    type: "overflow",
    options: [option("a"), { ...option("b"), url: "https://example.com" }],
  },
  workflow_button: {
    ...{ type: "workflow_button", text: plain("Run"), action_id: "run" },
    workflow: {
      trigger: {
        url: "https://slack.com/shortcuts/Ft1/abc",
        customizable_input_parameters: [{ name: "n", value: "v" }],
      },
    },
  },
  ...{ checkboxes: inputElements.checkboxes, datepicker: inputElements.datepicker },
  ...{ radio_buttons: inputElements.radio_buttons, timepicker: inputElements.timepicker },
  ...{ static_select: inputElements.static_select, users_select: inputElements.users_select },
  channels_select: inputElements.channels_select,
  conversations_select: inputElements.conversations_select,
  external_select: inputElements.external_select,
  multi_channels_select: inputElements.multi_channels_select,
  multi_conversations_select: inputElements.multi_conversations_select,
  multi_external_select: inputElements.multi_external_select,
  multi_static_select: inputElements.multi_static_select,
  multi_users_select: inputElements.multi_users_select,
};

const marks: Checkboxes = {
  ...{ type: "checkboxes", action_id: "marks" },
  options: [{ text: marked("*bold*"), value: "a", description: plain("more") }],
};

const reactions: ContextActionsBlock = {
  type: "context_actions",
  elements: [
    {
      ...{ type: "feedback_buttons", action_id: "rate" },
      positive_button: { text: plain("Good"), value: "1", accessibility_label: "Good" },
      negative_button: { text: plain("Bad"), value: "0" },
    },
    { type: "icon_button", action_id: "bin", icon: "trash", text: plain("Remove"), value: "x" },
  ],
};

const taskCard: BlockOf<"task_card"> = {
  ...{ type: "task_card", task_id: "clone", title: "Clone", status: "in_progress" },
  ...{ details: richText("thopter/brave-otter"), output: richText("12 files") },
  sources: [{ type: "url", url: "https://example.com", text: "repository" }],
};

const card: BlockOf<"card"> = {
  ...{ type: "card", title: marked("brave-otter"), subtitle: marked("ready"), icon: picture },
  ...{ body: marked("3 commits ahead"), hero_image: picture, actions: [button("stop")] },
};

/** Each block that @slack/types knows, by its type, as it may be sent. */
export const knownBlocks: { [Type in KnownBlock["type"]]: BlockOf<Type> } = {
  actions: {
    ...{ type: "actions", block_id: "b1" },
    elements: [button("one"), { type: "overflow", action_id: "two", options }, marks],
  },
  alert: { type: "alert", text: marked("This cannot be undone."), level: "warning" },
  card,
  carousel: { type: "carousel", elements: [card, { ...card, title: marked("calm-heron") }] },
  container: {
    ...{ type: "container", title: plain("Log"), subtitle: marked("40 lines"), icon: picture },
    ...{ is_collapsible: true, default_collapsed: true, width: "full" },
    child_blocks: [{ type: "divider" }, { type: "section", text: marked("done") }],
  },
  context: { type: "context", elements: [picture, marked("by <@U1>"), plain("now")] },
  context_actions: reactions,
  data_table: {
    ...{ type: "data_table", caption: "Thopters", page_size: 10, row_header_column_index: 0 },
    rows: [
      ["Name", "Ahead", "Branch"].map((text) => ({ type: "raw_text", text })),
      [
        { type: "raw_text", text: "brave-otter" },
        { type: "raw_number", value: 3, text: "3" },
        richText("thopter/brave-otter"),
      ],
    ],
  },
  divider: { type: "divider" },
  file: { type: "file", source: "remote", external_id: "F1" },
  header: { type: "header", text: { ...plain("Fleet :rocket:"), emoji: true } },
  image: { ...picture, title: plain("An otter") },
  input: {
    ...{ type: "input", label: plain("Task"), hint: plain("One line"), optional: true },
    ...{ dispatch_action: true, element: inputElements.plain_text_input },
  },
  markdown: { type: "markdown", text: "# Title\n- **one**" },
  plan: {
    ...{ type: "plan", title: "Provision brave-otter" },
    tasks: [taskCard, { task_id: "launch", title: "Launch", status: "pending" }],
  },
  rich_text: {
    type: "rich_text",
    elements: [
      { type: "rich_text_section", elements: words },
      {
        ...{ type: "rich_text_list", style: "ordered", indent: 1, border: 1 },
        elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "one" }] }],
      },
      { type: "rich_text_quote", elements: [{ type: "text", text: "said" }] },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "$ npm test" }] },
    ],
  },
  section: {
    ...{ type: "section", text: marked("*brave-otter* is ready"), expand: true },
    ...{ fields: [marked("*Owner*"), plain("ann")], accessory: button("open") },
  },
  table: {
    type: "table",
    rows: [[{ type: "raw_text", text: "Name" }], [richText("brave-otter")]],
    column_settings: [{ align: "right", is_wrapped: true }],
  },
  task_card: taskCard,
  video: {
    ...{ type: "video", alt_text: "a demo", title: plain("Demo"), author_name: "ann" },
    video_url: "https://example.com/embed/1",
    thumbnail_url: "https://example.com/1.png",
    ...{ title_url: "https://example.com/1", description: plain("Two minutes") },
  },
};

const series = (name: string) => ({
  name,
  data: ["Mon", "Tue"].map((label, value) => ({ label, value })),
});

/** The same for the blocks that @slack/types 3.2 does not describe. */
export const untypedBlocks = {
  call: { type: "call", call_id: "R1" },
  data_visualization: {
    ...{ type: "data_visualization", title: "Provisions" },
    chart: {
      ...{ type: "bar", series: [series("done"), series("failed")] },
      axis_config: { categories: ["Mon", "Tue"], x_label: "Day", y_label: "Count" },
    },
  },
};

export const pie = (...values: number[]) => ({
  ...{ type: "data_visualization", title: "Outcomes" },
  chart: { type: "pie", segments: values.map((value) => ({ label: `n${value}`, value })) },
});

export const modal = {
  ...{ type: "modal", title: plain("Destroy"), submit: plain("Destroy"), close: plain("Keep") },
  ...{ callback_id: "destroy", private_metadata: "", external_id: "e1" },
  ...{ clear_on_close: true, notify_on_close: false },
  blocks: [knownBlocks.alert, knownBlocks.input],
} satisfies View;

export const home = { type: "home", blocks: [knownBlocks.header] } satisfies View;
