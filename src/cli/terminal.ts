import { styleText } from "node:util";
import { createColumns } from "./columns.ts";
import { oneLine, wrapSentences } from "./shown-text.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

/** Where a command reads and writes: a person's terminal, or a pipe. */
export type Terminal = {
  /** Whether a person looks on while it works; live lines are for them alone. */
  readonly isLive: boolean;
  readonly width: number;
  readonly height: number;
  /** Prints a line for whoever called: a table, an answer, JSON. */
  print(text: string): void;
  /** Prints sentences of the answer, broken between words where they would not fit a terminal. */
  say(text: string): void;
  /** Prints sentences beside the answer in the same way: progress, warnings. */
  note(text: string): void;
  /** Draws beside the answer as it is, escape sequences included. */
  readonly drawing: NodeJS.WritableStream;
  style(style: Style, text: string): string;
  /** Aligned columns that fit the width at a terminal; fields apart by tabs in a pipe. */
  table(
    head: readonly string[],
    rows: readonly (readonly string[])[],
    /** The titles of columns that are never cut: what is in them is there to be copied. */
    options?: { whole?: readonly string[] },
  ): void;
};

/** A stream that may be a terminal. */
export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

export function createTerminal(
  stdout: Output,
  stderr: Output,
  // One that calls itself dumb cannot draw in place.
  { isDumb = false } = {},
): Terminal {
  const isColored = stdout.isTTY === true && stderr.isTTY === true;

  function print(text: string): void {
    stdout.write(`${text}\n`);
  }

  function style(name: Style, text: string): string {
    // It obeys NO_COLOR by itself.
    return isColored ? styleText(name, text) : text;
  }

  return {
    isLive: stderr.isTTY === true && !isDumb,
    get width() {
      return stdout.columns ?? stderr.columns ?? 100;
    },
    get height() {
      return stderr.rows ?? 24;
    },
    print,
    say(text) {
      print(stdout.isTTY === true ? wrapSentences(text, this.width) : text);
    },
    note(text) {
      const shown = stderr.isTTY === true ? wrapSentences(text, this.width) : text;
      stderr.write(`${shown}\n`);
    },
    drawing: stderr,
    style,
    table(head, rows, { whole = [] } = {}) {
      const cells = [head, ...rows].map((row) => row.map(oneLine));
      if (stdout.isTTY !== true) return cells.forEach((row) => print(row.join("\t")));
      const [title = "", ...lines] = createColumns(cells, this.width, whole);
      print(style("bold", title));
      for (const line of lines) print(line);
    },
  };
}
