import { itemsOf, own } from "../blocks/json.ts";
import type { Context } from "./context.ts";
import { attributes, markup, nothing, type Html } from "./html.ts";
import { renderRichText } from "./rich-text.ts";
import { numberIn, stringIn } from "./text.ts";

const alignments = ["left", "center", "right"];

function renderCell(cell: unknown, context: Context): Html {
  return own(cell, "type") === "rich_text"
    ? renderRichText(cell, context)
    : markup`${stringIn(cell, "text")}`;
}

function renderRow(row: unknown, { tag, context, columns }: Look): Html {
  const cells = itemsOf(row).map((cell, index) => {
    const align = stringIn(columns[index], "align");
    const given = alignments.includes(align) ? align : undefined;
    const natural = own(cell, "type") === "raw_number" ? "right" : undefined;
    const side = given ?? natural;
    const wraps = own(columns[index], "is_wrapped") === true ? "s-wrapped" : "";
    const rest = attributes({ class: [side === undefined ? "" : `s-${side}`, wraps].join(" ") });
    const content = renderCell(cell, context);
    return tag === "th" ? markup`<th${rest}>${content}</th>` : markup`<td${rest}>${content}</td>`;
  });
  return markup`<tr>
    ${cells}
  </tr>`;
}

type Look = { tag: "th" | "td"; context: Context; columns: readonly unknown[] };

export function renderTable(block: unknown, context: Context): Html {
  const columns = itemsOf(own(block, "column_settings"));
  const [header, ...rows] = itemsOf(own(block, "rows"));
  const body = rows.map((row) => renderRow(row, { tag: "td", context, columns }));
  const head = renderRow(header, { tag: "th", context, columns });
  return markup`<div class="s-table-frame">
    <table class="s-table">
      <thead>
        ${head}
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>`;
}

/** The first page of a data table, with its caption above and how much it shows below. */
export function renderDataTable(block: unknown, context: Context): Html {
  const [header, ...rows] = itemsOf(own(block, "rows"));
  const pageSize = Math.max(1, numberIn(block, "page_size") ?? 5);
  const shown = rows.slice(0, pageSize);
  // A header stands above numbers as they stand: at the right.
  const columns = itemsOf(rows[0]).map((cell) =>
    own(cell, "type") === "raw_number" ? { align: "right" } : {},
  );
  const head = renderRow(header, { tag: "th", context, columns });
  const body = shown.map((row) => renderRow(row, { tag: "td", context, columns }));
  const pages = Math.ceil(rows.length / pageSize);
  const turn =
    pages > 1 ? markup`<span class="s-pages">‹&ensp;1 of ${pages}&ensp;›</span>` : nothing;
  const caption = markup`<caption>
    ${stringIn(block, "caption")}
  </caption>`;
  const footer = markup`<div class="s-table-footer">
    <span>${shown.length} of ${rows.length} rows</span>${turn}
  </div>`;
  return markup`<div class="s-table-frame s-data">
    <table class="s-table">
      ${caption}
      <thead>
        ${head}
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
    ${footer}
  </div>`;
}
