import Table from "cli-table3";
import { columnsOf, cutTo } from "./shown-text.ts";

const gap = 2;
/** No column is cut below the first, and beside one that stays whole below the second. */
const narrow = 8;
const narrowest = 4;

/** Rows as aligned lines that fit a width: the widest columns give way, but for those that stay whole. */
export function createColumns(
  rows: readonly (readonly string[])[],
  width: number,
  whole: readonly string[] = [],
): string[] {
  const widths = fittingWidths(rows, width, whole);
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

function fittingWidths(
  rows: readonly (readonly string[])[],
  width: number,
  whole: readonly string[],
): number[] {
  const titles = rows[0] ?? [];
  const widths = titles.map((_title, index) =>
    Math.max(...rows.map((row) => columnsOf(row[index] ?? ""))),
  );
  const kept = titles.map((title) => whole.includes(title));
  const least = kept.includes(true) ? narrowest : narrow;
  let excess = widths.reduce((sum, one) => sum + one + gap, -gap) - width;
  while (excess > 0) {
    const mayGive = widths.map((one, index) => (kept[index] === true ? 0 : one));
    const widest = Math.max(...mayGive);
    if (widest <= least) break;
    // The last of the widest gives way first: what names a row stands at its start.
    widths[mayGive.lastIndexOf(widest)] = widest - 1;
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
