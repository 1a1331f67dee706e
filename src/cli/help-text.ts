import { wrap } from "./shown-text.ts";

/** A command line, and what is said of it from a column on. */
type Example = { typed: string; column: number; about: string };

/** With less room than this beside a command line, what is said of it goes below. */
const leastBeside = 24;
const below = 6;

/** The examples and the prose below a command's options, made to fit a width. */
export function fitHelp(text: string, width: number): string {
  const blocks = text
    .trim()
    .split("\n\n")
    .map((block) => fitBlock(block.split("\n"), width).join("\n"));
  return `\n${blocks.join("\n\n")}\n`;
}

function fitBlock(lines: readonly string[], width: number): readonly string[] {
  const [first = "", ...examples] = lines;
  if (first === "Examples:")
    return [first, ...examplesOf(examples).flatMap((one) => fitExample(one, width))];
  const fits = lines.every((line) => line.length <= width);
  return fits ? lines : wrap(lines.join(" "), width);
}

/** A line that begins further in than a command line goes on about the one above. */
function examplesOf(lines: readonly string[]): Example[] {
  const examples: Example[] = [];
  for (const line of lines) {
    const [, typed, gap = "", about = ""] = /^ {2}(\S.*?)(?:( {2,})(\S.*))?$/.exec(line) ?? [];
    const above = examples.at(-1);
    if (typed !== undefined) examples.push({ typed, column: 2 + typed.length + gap.length, about });
    else if (above !== undefined) {
      if (above.about === "") above.column = line.length - line.trimStart().length;
      above.about = `${above.about} ${line.trim()}`.trim();
    }
  }
  return examples;
}

function fitExample({ typed, column, about }: Example, width: number): string[] {
  const start = `  ${typed}`;
  if (about === "") return [start];
  const room = width - column;
  const indent = room < Math.min(leastBeside, about.length) ? below : column;
  const [first = "", ...more] = wrap(about, width - indent);
  const beside = indent === column && start.length < column;
  const begun = beside ? [start.padEnd(column) + first] : [start, " ".repeat(indent) + first];
  return [...begun, ...more.map((line) => " ".repeat(indent) + line)];
}
