import { describe, expect, it } from "vitest";
import { renderBlocks } from "../../../../src/simulators/slack/page/render-blocks.ts";
import { blockStyles } from "../../../../src/simulators/slack/page/styles.ts";
import {
  accessories,
  button,
  inputElements,
  knownBlocks,
  marked,
  option,
  plain,
  richText,
  untypedBlocks,
} from "../blocks/samples.ts";
import { readMarkup } from "./markup.ts";

const render = (block: object, interactive = true) =>
  readMarkup(
    renderBlocks([{ block_id: "b1", ...block }], {
      interactive,
      names: { U1: "ann", C1: "fleet" },
    }),
  );
const textOf = (block: object) => render(block).text.replace(/\s+/g, " ").trim();
const tagsOf = (block: object, name: string) =>
  render(block).tags.filter((tag) => tag.name === name);
const inputOf = (element: object) => ({ type: "input", label: plain("Label"), element });

describe("blocks", () => {
  it("all give something to see", () => {
    for (const block of [...Object.values(knownBlocks), ...Object.values(untypedBlocks)]) {
      expect(render(block).tags.length, block.type).toBeGreaterThan(0);
    }
  });

  it("show their texts", () => {
    const section = { ...knownBlocks.section, fields: [marked("*Owner*\n<@U1>"), plain("a < b")] };
    expect(textOf(section)).toBe("brave-otter is readyOwner@anna < bDestroy");
    expect(textOf(knownBlocks.header)).toBe("Fleet 🚀");
    expect(textOf(knownBlocks.context)).toContain("by @ann");
    expect(textOf(knownBlocks.alert)).toContain("This cannot be undone.");
    expect(textOf(knownBlocks.rich_text)).toContain("#7🎉@ann#fleet");
    expect(textOf(knownBlocks.rich_text)).toContain("$ npm test");
  });

  it("show an image as a box with its description, and fetch none", () => {
    const markup = renderBlocks([knownBlocks.image, knownBlocks.card], { interactive: false });
    expect(markup).toContain("an otter");
    expect(markup).not.toMatch(/<img|src=|url\(/);
    expect(blockStyles).not.toMatch(/url\(|@import|expression/);
  });

  it("show the first page of a data table, and how much that is", () => {
    const row = (name: string) => [
      { type: "raw_text", text: name },
      { type: "raw_number", value: 1, text: "1" },
    ];
    const rows = ["Name", "a", "b", "c", "d", "e", "f"].map(row);
    const text = textOf({ type: "data_table", caption: "Fleet", rows });
    expect(text).toContain("Fleet");
    expect(text).toContain("5 of 6 rows");
    expect(text).toContain("1 of 2");
    expect(tagsOf({ type: "data_table", caption: "Fleet", rows, page_size: 2 }, "tr")).toHaveLength(
      3,
    );
    expect(textOf({ type: "data_table", rows, page_size: 10 })).toContain("6 of 6 rows");
  });

  it("show the state of each task of a plan", () => {
    const statuses = ["pending", "in_progress", "complete", "error", "complete"];
    const tasks = statuses.map((status) => ({ task_id: status, title: `t ${status}`, status }));
    const icons = tagsOf({ type: "plan", title: "Provision", tasks }, "span")
      .filter((tag) => tag.attributes.get("role") === "img")
      .map((tag) => tag.attributes.get("title"));
    expect(icons).toEqual(["Pending", "In progress", "Complete", "Failed", "Complete"]);
    expect(textOf({ type: "plan", title: "Provision", tasks })).toContain("2 of 5");
  });

  it("collapse a container that says so", () => {
    const { container } = knownBlocks;
    expect(tagsOf(container, "details")[0]?.attributes.has("open")).toBe(false);
    const open = { ...container, default_collapsed: false };
    expect(tagsOf(open, "details")[0]?.attributes.has("open")).toBe(true);
    expect(tagsOf({ ...container, is_collapsible: false }, "details")).toHaveLength(0);
    expect(textOf(container)).toContain("done");
    const rich = { ...container, rich_text_title: richText("Rich title") };
    expect(textOf(rich)).toContain("Rich title");
  });
});

describe("elements", () => {
  const ids = (tag: { attributes: ReadonlyMap<string, string> } | undefined) =>
    ["data-action-id", "data-block-id", "data-value"].map((name) => tag?.attributes.get(name));

  it("carry what an interaction names", () => {
    const actions = { type: "actions", elements: [button("stop"), accessories.overflow] };
    const [stop, first] = tagsOf(actions, "button");
    expect(ids(stop)).toEqual(["stop", "b1", "t1"]);
    expect(stop?.attributes.get("class")).toBe("s-button s-danger");
    expect(stop?.attributes.get("title")).toBe("Sure?\nIt has *2 commits*.\n[Destroy] [Keep]");
    expect(ids(first)).toEqual(["", "b1", "a"]);
    const feedback = tagsOf(knownBlocks.context_actions, "button");
    expect(feedback.map((tag) => tag.attributes.get("data-value"))).toEqual(["1", "0", "x"]);
    for (const [type, element] of Object.entries(inputElements)) {
      const used = { ...element, action_id: "use" };
      const fields = render(inputOf(used)).tags.filter(
        ({ attributes }) => attributes.get("data-action-id") === "use",
      );
      expect(fields.length, type).toBeGreaterThan(0);
      for (const field of fields) {
        expect(ids(field).slice(0, 2)).toEqual(["use", "b1"]);
        expect(field.attributes.get("data-type")).toBe(type);
      }
    }
  });

  it("belong to the card that they are in", () => {
    const card = { ...knownBlocks.card, block_id: "inner" };
    const [stop] = tagsOf({ type: "carousel", elements: [card] }, "button");
    expect(stop?.attributes.get("data-block-id")).toBe("inner");
    const section = { ...knownBlocks.section, block_id: "child" };
    const [open] = tagsOf({ ...knownBlocks.container, child_blocks: [section] }, "button");
    expect(open?.attributes.get("data-block-id")).toBe("child");
  });

  it("take nothing where nothing can be used", () => {
    const actions = { type: "actions", elements: [button("stop"), ...Object.values(accessories)] };
    const used = render(actions, false).tags.filter(({ name }) =>
      /button|input|select|area/.test(name),
    );
    expect(used.length).toBeGreaterThan(10);
    for (const { attributes } of used) {
      expect(attributes.has("inert")).toBe(true);
      expect([...attributes.keys()].filter((name) => name.startsWith("data-action"))).toEqual([]);
    }
  });

  it("begin with what was chosen", () => {
    const radio = tagsOf(inputOf(inputElements.radio_buttons), "input");
    expect(radio.map(({ attributes }) => attributes.has("checked"))).toEqual([false, true, false]);
    const select = {
      type: "static_select",
      options: ["a", "b"].map(option),
      initial_option: option("b"),
    };
    const chosen = tagsOf(inputOf(select), "option").filter(({ attributes }) =>
      attributes.has("selected"),
    );
    expect(chosen.map(({ text }) => text)).toEqual(["b"]);
    expect(tagsOf(inputOf({ ...select, initial_option: undefined }), "option")[0]?.text).toBe(
      "Select an item",
    );
    const [date] = tagsOf(inputOf(inputElements.datepicker), "input");
    expect(date?.attributes.get("value")).toBe("2026-11-21");
    const several = { type: "plain_text_input", multiline: true, initial_value: "\nline" };
    expect(renderBlocks([inputOf(several)], { interactive: true })).toContain(
      ">\n\nline</textarea>",
    );
  });
});
