import Table from "cli-table3";
import { columnsOf, cutTo } from "./shown-text.ts";

const gap = 2;
/** No column is cut below this while another is wider. */
const narrowest = 8;

/** Rows as aligned lines that fit a width: the widest columns give way. */
export function createColumns(rows: readonly (readonly string[])[], width: number): string[] {
  const widths = fittingWidths(rows, width);
  const table = new Table({
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: { ...bare, middle: " ".repeat(gap) },
  });
  table.push(...rows.map((row) => row.map((cell, index) => cutTo(cell, widths[index] ?? 0))));
  return table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
}

function fittingWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = (rows[0] ?? []).map((_title, index) =>
    Math.max(...rows.map((row) => columnsOf(row[index] ?? ""))),
  );
  let excess = widths.reduce((sum, one) => sum + one + gap, -gap) - width;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) break;
    // The last of the widest gives way first: what names a row stands at its start.
    widths[widths.lastIndexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}

const bare = Object.fromEntries(
  [
    "top",
    "top-mid",
    "top-left",
    "top-right",
    "bottom",
    "bottom-mid",
    "bottom-left",
    "bottom-right",
    "left",
    "left-mid",
    "mid",
    "mid-mid",
    "right",
    "right-mid",
  ].map((part) => [part, ""]),
);
