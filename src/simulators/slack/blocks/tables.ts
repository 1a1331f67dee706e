import { limits } from "./limits.ts";
import { itemsOf, own } from "./json.ts";
import {
  boolean,
  cell,
  choice,
  list,
  object,
  optional,
  string,
  whole,
  type Rule,
  type Shape,
} from "./spec.ts";

const row = list(cell("raw_text", "raw_number", "rich_text"), 1, limits.tableColumns);

const rowsOf = (value: Record<string, unknown>) =>
  itemsOf(own(value, "rows"))
    .slice(0, limits.dataTableRows.max)
    .map((each) => itemsOf(each).slice(0, limits.tableColumns));

/** The characters of a cell. A list in a cell is four levels deep, and nothing is deeper. */
function cellLength(each: unknown): number {
  const parts = own(each, "type") === "rich_text" ? shallowParts(each) : [each];
  return parts
    .map((part) => own(part, "text"))
    .reduce<number>((sum, text) => sum + (typeof text === "string" ? text.length : 0), 0);
}

function shallowParts(block: unknown): readonly unknown[] {
  let parts: readonly unknown[] = [block];
  for (let level = 0; level < 3; level += 1) {
    parts = parts.flatMap((part) => {
      const inner = itemsOf(own(part, "elements"));
      return inner.length === 0 ? [part] : inner.slice(0, limits.open);
    });
  }
  return parts;
}

const fewCharacters: Rule = (value, report) => {
  const sum = rowsOf(value)
    .flat()
    .reduce<number>((total, each) => total + cellLength(each), 0);
  if (sum > limits.tableText) {
    report("/rows", `has ${sum} characters in its cells; at most ${limits.tableText}`);
  }
};

const equalRows: Rule = (value, report) => {
  const rows = rowsOf(value);
  const columns = rows[0]?.length ?? 0;
  for (const [index, each] of rows.entries()) {
    if (each.length === columns) continue;
    report(`/rows/${index}`, `has ${each.length} cells, the header has ${columns}`);
  }
};

const plainHeader: Rule = (value, report) => {
  for (const [index, each] of (rowsOf(value)[0] ?? []).entries()) {
    const type = own(each, "type");
    if (type === "raw_text" || typeof type !== "string") continue;
    report(
      `/rows/0/${index}`,
      `is ${JSON.stringify(type.slice(0, 40))}; a header cell must be raw_text`,
    );
  }
};

const rowHeaderExists: Rule = (value, report) => {
  const index = own(value, "row_header_column_index");
  const columns = rowsOf(value)[0]?.length ?? 0;
  if (typeof index === "number" && index >= columns && columns > 0) {
    report("/row_header_column_index", `is ${index}; the table has ${columns} columns`);
  }
};

/** The two tables, by their type. */
export const tables: Readonly<Record<string, Shape>> = {
  table: {
    name: "table",
    fields: {
      rows: list(row, 1, limits.tableRows),
      column_settings: optional(
        list(
          object({
            name: "column setting",
            fields: {
              align: optional(choice("left", "center", "right")),
              is_wrapped: optional(boolean),
            },
          }),
          1,
          limits.tableColumns,
        ),
      ),
    },
    rules: [fewCharacters],
  },
  data_table: {
    name: "data_table",
    fields: {
      rows: list(row, limits.dataTableRows.min, limits.dataTableRows.max),
      caption: string(limits.text),
      page_size: optional(whole(1, limits.pageSize)),
      row_header_column_index: optional(whole(0, limits.tableColumns - 1)),
    },
    rules: [plainHeader, equalRows, rowHeaderExists, fewCharacters],
  },
};
