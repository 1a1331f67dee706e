import { safe, wrap } from "./shown-text.ts";
import type { Style, Terminal } from "./terminal.ts";

/** A name and what it is, printed if there is anything to say. */
export type Fact = { name: string; value: string | undefined; style?: Style | undefined };

type Layout = { indent: number; nameWidth: number; nameStyle: Style };

/** Prints facts one below the other, with the names in a column and long values in lines of their own. */
export function printFacts(terminal: Terminal, facts: readonly Fact[], layout: Layout): void {
  const { indent, nameWidth, nameStyle } = layout;
  const start = indent + nameWidth;
  for (const { name, value, style } of facts) {
    const shown = safe(value ?? "").trimEnd();
    if (shown === "") continue;
    const lines = shown.split("\n").flatMap((line) => wrap(line, terminal.width - start));
    lines.forEach((line, index) => {
      const front = index === 0 ? terminal.style(nameStyle, name.padEnd(nameWidth)) : "";
      const styled = style === undefined ? line : terminal.style(style, line);
      const gap = " ".repeat(index === 0 ? indent : start);
      terminal.print(`${gap}${front}${styled}`);
    });
  }
}
