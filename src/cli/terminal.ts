import { styleText } from "node:util";
import Table from "cli-table3";
import { stripControls } from "../core/untrusted-text.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command reads and writes: a person's terminal, or a pipe. */
export type Terminal = {
  /** Whether a person looks on; colours and live lines are for them alone. */
  readonly isLive: boolean;
  readonly width: number;
  /** Prints a line for whoever called: a table, an answer, JSON. */
  print(text: string): void;
  /** Prints a line beside the answer: progress, warnings. */
  note(text: string): void;
  style(style: Style, text: string): string;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
};

type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

export function createTerminal(stdout: Output, stderr: Output): Terminal {
  const isLive = stdout.isTTY === true && stderr.isTTY === true;
  const width = stdout.columns ?? 100;

  function print(text: string): void {
    stdout.write(`${text}\n`);
  }

  function style(name: Style, text: string): string {
    return isLive ? styleText(name, text) : text;
  }

  return {
    isLive,
    width,
    print,
    note: (text) => void stderr.write(`${text}\n`),
    style,
    table(head, rows) {
      // A pipe gets one record a line, fields apart by tabs.
      if (!isLive) return [head, ...rows].forEach((row) => print(row.map(oneLine).join("\t")));
      const table = new Table({
        head: head.map((title) => style("bold", title)),
        style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
        chars: bare,
      });
      table.push(...rows.map((row) => row.map(oneLine)));
      print(table.toString());
    },
  };
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
    "middle",
  ].map((part) => [part, ""]),
);

function oneLine(text: string): string {
  return stripControls(text).replace(/\s*\n\s*/g, " ");
}
