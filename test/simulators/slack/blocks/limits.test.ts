import { describe, expect, it } from "vitest";
import { validateMessage } from "../../../../src/simulators/slack/blocks/validate.ts";
import { cells, dataTable, inMessage, plot, points, press, section, text } from "./bodies.ts";
import { countLimits } from "./count-limits.ts";
import { knownBlocks, marked, pie, plain, richText } from "./samples.ts";
import { textLimits } from "./text-limits.ts";

describe("each limit", () => {
  for (const { what, max, min, at, check } of [...textLimits, ...countLimits]) {
    it(`lets ${what} have ${max} and no more`, () => {
      expect(check(max)).toEqual([]);
      const above = check(max + 1);
      expect(above.map(({ pointer }) => pointer)).toEqual([at]);
      expect(above[0]?.message).toMatch(
        new RegExp(` ${max + 1}( characters| items)?; at most ${max}$`),
      );
    });
    if (min === undefined) continue;
    it(`lets ${what} have ${min} and no less`, () => {
      expect(check(min)).toEqual([]);
      const below = check(min - 1);
      expect(below[0]?.pointer).toBe(at);
      expect(below[0]?.message).toMatch(
        new RegExp(` ${min - 1}( characters| items?)?; at least ${min}$`),
      );
    });
  }

  it("says it in words", () => {
    expect(section({ text: marked(text(3001)) })).toEqual([
      { pointer: "/blocks/0/text/text", message: "section text is 3001 characters; at most 3000" },
    ]);
    expect(press({ text: plain("") })[0]?.message).toBe("button text is 0 characters; at least 1");
  });
});

describe("what is too many", () => {
  it("is said once, and not looked at", () => {
    const divider = { type: "divider" };
    const blocks = Array.from({ length: 60 }, (_, index) => (index < 50 ? divider : { type: "x" }));
    expect(inMessage(...blocks)).toEqual([
      { pointer: "/blocks", message: "message blocks has 60 items; at most 50" },
    ]);
  });
});

describe("the limits of a whole message", () => {
  const markdown = (length: number) => ({ type: "markdown", text: text(length) });

  it("sums up the markdown blocks", () => {
    expect(inMessage(markdown(12_000))).toEqual([]);
    expect(inMessage(markdown(0))[0]?.message).toBe("markdown text is 0 characters; at least 1");
    expect(inMessage(markdown(12_001))).toContainEqual({
      pointer: "/blocks/0/text",
      message: "markdown text is 12001 characters; at most 12000",
    });
    expect(inMessage(markdown(6000), markdown(6000))).toEqual([]);
    expect(inMessage(markdown(6000), markdown(6001))).toEqual([
      {
        pointer: "/blocks",
        message: "the markdown blocks have 12001 characters together; at most 12000",
      },
    ]);
  });

  it("sums up the characters of a table's cells, rich text included", () => {
    const table = (...lengths: number[]) =>
      inMessage({ type: "table", rows: [lengths.map((length) => richText(text(length)))] });
    expect(table(5000, 5000)).toEqual([]);
    expect(table(5000, 5001)).toEqual([
      {
        pointer: "/blocks/0/rows",
        message: "table rows has 10001 characters in its cells; at most 10000",
      },
    ]);
    const items = { type: "rich_text_section", elements: [{ type: "text", text: text(10_001) }] };
    const list = { type: "rich_text_list", style: "bullet", elements: [items] };
    const rows = [cells(1), [{ type: "rich_text", elements: [list] }]];
    expect(dataTable(rows)[0]?.message).toContain("10003 characters");
  });

  it("takes one table of either kind, wherever it stands", () => {
    const { table, data_table, container: box } = knownBlocks;
    const rows = [cells(1)];
    expect(inMessage(table, { ...box, child_blocks: [{ type: "table", rows }] })).toEqual([
      { pointer: "/blocks", message: "the message has 2 table and data_table blocks; at most 1" },
    ]);
    expect(inMessage(table, data_table)).toHaveLength(1);
    expect(validateMessage({ blocks: [table], attachments: [{ blocks: [table] }] })).toHaveLength(
      1,
    );
  });

  it("takes two charts", () => {
    expect(inMessage(pie(1), pie(1))).toEqual([]);
    expect(inMessage(pie(1), pie(1), pie(1))).toHaveLength(1);
  });

  it("takes as many points as categories, at most 20", () => {
    const categories = (count: number) => points(count).map(({ label }) => label);
    expect(plot(categories(20))).toEqual([]);
    expect(plot(categories(21)).map(({ pointer }) => pointer)).toEqual([
      "/blocks/0/chart/series/0/data",
      "/blocks/0/chart/axis_config/categories",
    ]);
  });
});
