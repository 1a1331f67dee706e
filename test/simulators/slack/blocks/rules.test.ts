import type { KnownBlock } from "@slack/types";
import { describe, expect, it } from "vitest";
import { validateMessage, validateView } from "../../../../src/simulators/slack/blocks/validate.ts";
import { actions, choosing, inMessage, inModal, input, press, rich, section } from "./bodies.ts";
import {
  button,
  home,
  inputElements,
  knownBlocks,
  marked,
  modal,
  option,
  pie,
  plain,
  richText,
  untypedBlocks,
} from "./samples.ts";

const words = (problems: readonly { message: string }[]) => problems.map(({ message }) => message);

describe("the shape of a block", () => {
  it("has a known type", () => {
    const wrong: KnownBlock[] = [];
    expect(inMessage({ type: "blink", text: plain("x") }, ...wrong)).toEqual([
      { pointer: "/blocks/0/type", message: 'message blocks[0] has the unknown type "blink"' },
    ]);
    expect(inMessage({ type: "constructor" })[0]?.message).toContain("unknown type");
    expect(actions({ type: "__proto__" })[0]?.message).toContain("unknown type");
    expect(inMessage({ text: plain("x") })).toEqual([
      { pointer: "/blocks/0", message: "message blocks[0] needs type" },
    ]);
    expect(inMessage("divider")[0]?.message).toBe(
      "message blocks[0] is a string; must be an object",
    );
    expect(inMessage(null)[0]?.message).toBe("message blocks[0] is null; must be an object");
  });

  it("has no field that Slack does not know", () => {
    expect(press({ disabled: true })).toEqual([
      { pointer: "/blocks/0/elements/0/disabled", message: 'button has no field "disabled"' },
    ]);
    expect(inMessage({ type: "divider", "a/b~c": 1 })[0]?.pointer).toBe("/blocks/0/a~1b~0c");
    expect(section({ text: { ...plain("x"), verbatim: true } })[0]?.message).toBe(
      'section text has no field "verbatim"',
    );
    expect(section({ text: { ...marked("x"), emoji: true } })).toHaveLength(1);
    expect(validateView({ ...home, title: plain("x") })[0]?.message).toBe(
      'home has no field "title"',
    );
  });

  it("has the fields that Slack wants, and a lent one is none", () => {
    expect(words(inMessage({ type: "header" }))).toEqual(["header needs text"]);
    expect(words(inMessage({ type: "plan" }))).toEqual(["plan needs title"]);
    expect(words(inMessage({ ...knownBlocks.data_table, caption: undefined }))).toEqual([
      "data_table needs caption",
    ]);
    const lent: unknown = Object.create({ text: plain("x") });
    expect(words(inMessage(Object.assign(Object(lent), { type: "header" })))).toEqual([
      "header needs text",
    ]);
    expect(words(validateView({ type: "modal", blocks: [knownBlocks.divider] }))).toEqual([
      "modal needs title",
    ]);
  });

  it("has one of the fields that stand for each other", () => {
    expect(words(inMessage({ type: "section" }))).toEqual([
      "section needs at least one of text, fields",
    ]);
    expect(words(inMessage({ type: "card", subtitle: marked("x") }))).toEqual([
      "card needs at least one of hero_image, title, actions, body",
    ]);
    const { title: _title, ...untitled } = knownBlocks.container;
    expect(inMessage({ ...untitled, rich_text_title: richText("Log") })).toEqual([]);
    expect(words(inMessage(untitled))).toEqual([
      "container needs at least one of title, rich_text_title",
    ]);
    const image = { type: "image", alt_text: "x" };
    expect(inMessage({ ...image, slack_file: { id: "F1" } })).toEqual([]);
    expect(inMessage(image)).toHaveLength(1);
    expect(inMessage({ ...knownBlocks.image, slack_file: { id: "F1" } })).toHaveLength(1);
    expect(inMessage({ ...image, slack_file: { id: "F1", url: "https://e.com" } })).toHaveLength(1);
    expect(choosing("static_select", {})).toHaveLength(1);
    const options = [option("a")];
    const groups = { option_groups: [{ label: plain("g"), options }] };
    expect(choosing("static_select", { options, ...groups })).toHaveLength(1);
    expect(choosing("conversations_select", { filter: {} })).toHaveLength(1);
  });

  it("has plain text where Slack shows no mrkdwn, and the other way round", () => {
    expect(inMessage({ type: "header", text: marked("x") })).toEqual([
      { pointer: "/blocks/0/text/type", message: 'header text is "mrkdwn"; must be plain_text' },
    ]);
    expect(press({ text: marked("x") })).toHaveLength(1);
    expect(input({ label: marked("x") })).toHaveLength(1);
    expect(
      choosing("static_select", { options: [{ text: marked("x"), value: "v" }] }),
    ).toHaveLength(1);
    expect(choosing("checkboxes", { options: [{ text: marked("x"), value: "v" }] })).toEqual([]);
    expect(inMessage({ type: "card", title: plain("x") })[0]?.message).toBe(
      'card title is "plain_text"; must be mrkdwn',
    );
    expect(section({ text: "x" })[0]?.message).toBe(
      "section text is a string; must be a text object",
    );
    expect(section({ text: { text: "x" } })[0]?.message).toContain("without a type");
  });

  it("has values of the right kind", () => {
    const of = (problems: readonly { message: string }[]) => problems[0]?.message;
    expect(of(press({ style: "default" }))).toBe(
      'button style is "default"; must be one of primary, danger',
    );
    expect(of(press({ value: 1 }))).toBe("button value is a number; must be a string");
    expect(of(press({ url: "example" }))).toContain("must be a URL");
    expect(of(inMessage({ ...knownBlocks.image, image_url: "ftp://e.com/x" }))).toContain(
      "web address",
    );
    expect(of(inMessage({ ...knownBlocks.video, video_url: "http://e.com" }))).toContain("https");
    expect(of(choosing("datepicker", { initial_date: "2026-13-01" }))).toContain("YYYY-MM-DD");
    expect(of(choosing("timepicker", { initial_time: "24:00" }))).toContain("HH:mm");
    expect(of(inModal({ type: "alert", text: plain("x"), level: "danger" }))).toContain(
      "one of default",
    );
    expect(of(input({ optional: "yes" }))).toBe(
      "input optional is a string; must be true or false",
    );
    expect(of(input({}, { max_length: 1.5 }))).toContain("must be a whole number");
    expect(of(input({}, { max_length: Infinity }))).toContain("must be a number");
    expect(of(section({ fields: {} }))).toBe("section fields is an object; must be a list");
    expect(of(inMessage({ ...knownBlocks.task_card, status: "completed" }))).toBe(
      'task_card status is "completed"; must be one of pending, in_progress, complete, error',
    );
    expect(of(validateMessage({ text: "x", thread_ts: "yesterday" }))).toContain("timestamp");
  });

  it("holds no half of a surrogate pair", () => {
    expect(section({ text: plain("fine 🚀") })).toEqual([]);
    expect(words(section({ text: plain("cut \ud83d") }))).toEqual([
      "section text holds half of a surrogate pair",
    ]);
  });
});

describe("fields that depend on one another", () => {
  it("offers what is chosen at first", () => {
    const options = [option("a"), option("b")];
    const one = { initial_option: option("c") };
    expect(choosing("static_select", { options, ...one })).toEqual([
      {
        pointer: "/blocks/0/accessory/initial_option",
        message: "static_select initial_option is not one of the options",
      },
    ]);
    const groups = { option_groups: [{ label: plain("g"), options: [option("c")] }] };
    expect(choosing("static_select", { ...groups, ...one })).toEqual([]);
    expect(choosing("checkboxes", { options, initial_options: [option("c")] })).toHaveLength(1);
  });

  it("keeps bounds in order", () => {
    expect(words(input({}, { min_length: 3, max_length: 2 }))).toEqual([
      "plain_text_input min_length is above max_length",
    ]);
    const number = { type: "number_input", is_decimal_allowed: false };
    expect(input({}, { ...number, min_value: "10", max_value: "9" })).toHaveLength(1);
    expect(input({}, { ...number, min_value: "9", max_value: "10" })).toEqual([]);
  });

  it("collapses only what can be collapsed", () => {
    const { is_collapsible: _collapsible, ...fixed } = knownBlocks.container;
    expect(words(inMessage(fixed))).toEqual(["container default_collapsed needs is_collapsible"]);
  });

  it("gives a data table a plain header, even rows and a row header that exists", () => {
    const raw = (text: string) => ({ type: "raw_text", text });
    const table = (rows: unknown[], rest: object = {}) =>
      inMessage({ type: "data_table", caption: "x", rows, ...rest });
    expect(table([[richText("x")], [raw("x")]])).toEqual([
      {
        pointer: "/blocks/0/rows/0/0",
        message: 'data_table rows[0][0] is "rich_text"; a header cell must be raw_text',
      },
    ]);
    expect(table([[raw("a"), raw("b")], [raw("c")]])[0]?.pointer).toBe("/blocks/0/rows/1");
    const rows = [[raw("a")], [raw("b")]];
    expect(table(rows, { row_header_column_index: 1 })).toHaveLength(1);
    expect(table([[raw("a")], [{ type: "button", text: plain("x") }]])).toHaveLength(1);
  });

  it("gives a chart the parts of its type", () => {
    const { chart } = untypedBlocks.data_visualization;
    const draw = (rest: object) =>
      words(inMessage({ ...untypedBlocks.data_visualization, chart: { ...chart, ...rest } }));
    expect(draw({ type: "pie" })).toEqual([
      "chart needs segments",
      "chart series does not belong to this type of chart",
      "chart axis_config does not belong to this type of chart",
    ]);
    const [one] = chart.series;
    expect(draw({ series: [one, one] })).toEqual(["chart series[1] name is another series' name"]);
    expect(draw({ axis_config: { categories: ["Tue", "Mon"] } })[0]).toContain("each category");
    expect(words(inMessage(pie(3, 0)))).toEqual(["chart segments[1] value is 0; must be above 0"]);
  });
});

describe("a message", () => {
  it("has something to show, unless it deletes", () => {
    expect(validateMessage({ channel: "C1", text: "" })).toEqual([
      { pointer: "", message: "message needs text, blocks or attachments" },
    ]);
    expect(validateMessage({ blocks: [] })).toHaveLength(1);
    expect(validateMessage({ delete_original: true })).toEqual([]);
    expect(validateMessage({ text: "hello", thread_ts: "1790000000.000100", blocks: [] })).toEqual(
      [],
    );
    expect(validateMessage({ markdown_text: "x", text: "x" })[0]?.pointer).toBe("/markdown_text");
    expect(words(validateMessage("hello"))).toEqual(["message is a string; must be an object"]);
    expect(validateMessage({ text: "x", response_type: "public" })).toHaveLength(1);
    expect(validateMessage({ text: "x", metadata: { event_type: "x" } })).toHaveLength(1);
  });

  it("uses each block_id once, in attachments and containers too", () => {
    const divider = { type: "divider", block_id: "same" };
    const twice = 'block_id "same" is there twice in this message';
    expect(inMessage(divider, divider)).toEqual([
      { pointer: "/blocks/1/block_id", message: twice },
    ]);
    const attachments = [{ color: "#ff0000", blocks: [divider] }];
    expect(validateMessage({ blocks: [divider], attachments })).toEqual([
      { pointer: "/attachments/0/blocks/0/block_id", message: twice },
    ]);
    const container = { ...knownBlocks.container, child_blocks: [divider] };
    expect(inMessage(container, divider)).toHaveLength(1);
  });

  it("uses each action_id once in a block", () => {
    expect(actions(button("same"), button("same"))).toEqual([
      {
        pointer: "/blocks/0/elements/1/action_id",
        message: 'action_id "same" is there twice in this block',
      },
    ]);
    const one = { type: "actions", elements: [button("same")] };
    expect(inMessage(one, one)).toEqual([]);
    // The rich text inside is a block of its own, in the midst of this one.
    expect(actions(button("same"), inputElements.rich_text_input, button("same"))).toHaveLength(1);
  });

  it("has a plan or task cards, not both", () => {
    expect(inMessage(knownBlocks.plan, knownBlocks.plan)).toEqual([]);
    expect(words(inMessage(knownBlocks.plan, knownBlocks.task_card))).toEqual([
      "plan and task_card blocks exclude each other in messages",
    ]);
    const tasks = [{ type: "section", task_id: "a", title: "x", status: "pending" }];
    expect(words(inMessage({ type: "plan", title: "x", tasks }))).toEqual([
      'task type is "section"; must be task_card',
    ]);
  });

  it("mixes no element into rich text that does not belong there", () => {
    const link = { type: "link", url: "https://e.com" };
    expect(rich({ type: "rich_text_preformatted", elements: [link] })).toEqual([]);
    const user = { type: "user", user_id: "U1" };
    expect(rich({ type: "rich_text_preformatted", elements: [user] })).toHaveLength(1);
    expect(rich({ type: "rich_text_list", style: "bullet", elements: [user] })).toHaveLength(1);
    expect(rich(user)).toHaveLength(1);
  });
});

describe("a view", () => {
  it("takes the samples", () => {
    expect([validateView(modal), validateView(home)]).toEqual([[], []]);
  });

  it("has a type", () => {
    expect(words(validateView({ ...modal, type: "workflow_step" }))).toHaveLength(1);
    expect(words(validateView([]))).toEqual(["a view must be an object"]);
  });

  it("has a submit button when it has inputs, in a container too", () => {
    const { submit: _submit, ...rest } = modal;
    expect(validateView(rest)).toEqual([
      { pointer: "", message: "modal needs submit: it has input blocks" },
    ]);
    expect(validateView({ ...rest, blocks: [knownBlocks.section] })).toEqual([]);
    const container = { ...knownBlocks.container, child_blocks: [knownBlocks.input] };
    expect(validateView({ ...rest, blocks: [container] })).toHaveLength(1);
  });

  it("focuses one element", () => {
    const focused = {
      ...{ type: "input", label: plain("x") },
      element: { ...inputElements.plain_text_input, focus_on_load: true },
    };
    expect(inModal(focused)).toEqual([]);
    expect(words(inModal(focused, focused))).toEqual([
      "focus_on_load is true for more than one element",
    ]);
  });
});
