import type { TerminalPicture } from "../core/ports/terminal.ts";
import { columnsOf } from "./shown-text.ts";
import type { Output } from "./terminal.ts";

const escape = "\u001b[";
// oxlint-disable-next-line no-control-regex -- colours are the sequences that the hub lets through
const colors = /(\u001b\[[0-9;:]{0,60}m)/;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** Paints pictures over the whole of a person's terminal, and gives it back as it was. */
export function createPainter(screen: Output) {
  let painted: string[] = [];
  screen.write(`${escape}?1049h${escape}2J`);
  return {
    paint({ lines, cursor, rows }: TerminalPicture): void {
      const height = Math.min(rows, screen.rows ?? rows);
      const width = screen.columns ?? 80;
      const next = Array.from({ length: screen.rows ?? rows }, (_, row) =>
        row < height ? fitted(lines[row] ?? "", width) : "",
      );
      const changed = next.map((line, row) =>
        line === painted[row]
          ? ""
          : `${escape}${row + 1};1H${escape}0m${line}${escape}0m${escape}K`,
      );
      painted = next;
      const place =
        cursor === undefined ? "" : `${escape}${cursor.row + 1};${cursor.column + 1}H${escape}?25h`;
      screen.write(`${escape}?25l${changed.join("")}${place}`);
    },
    /** Everything is painted again: the terminal has another size. */
    startAnew(): void {
      painted = [];
      screen.write(`${escape}2J`);
    },
    end: () => void screen.write(`${escape}0m${escape}?25h${escape}?1049l`),
  };
}

/** As much of a line as fits, with its colours; whatever the hub says, nothing else steers. */
function fitted(line: string, width: number): string {
  let room = width;
  return line
    .split(colors)
    .map((part, index) => {
      if (index % 2 === 1) return part;
      let shown = "";
      for (const sign of part.replaceAll(controls, "")) {
        room -= columnsOf(sign);
        if (room < 0) break;
        shown += sign;
      }
      return shown;
    })
    .join("");
}
