import type { Style } from "./terminal.ts";

type Paint = (style: Style, text: string) => string;

const hunkHead = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/**
 * The lines of a diff in colours: what was added and removed, where a hunk begins, and the headings
 * of files. Within a hunk its counts say what belongs to it, so that a removed line "-- a" is none
 * of the heading "--- a".
 */
export function coloredDiff(text: string, paint: Paint): string {
  let removed = 0;
  let added = 0;

  function styleOf(line: string): Style | undefined {
    if (removed > 0 || added > 0) {
      const sign = line.charAt(0);
      if (sign === "\\") return "dim";
      // What a stripped control sign broke off is no line of the diff.
      if (!["+", "-", " ", ""].includes(sign)) return undefined;
      if (sign !== "+") removed -= 1;
      if (sign !== "-") added -= 1;
      if (sign === "+") return "green";
      return sign === "-" ? "red" : undefined;
    }
    const head = hunkHead.exec(line);
    if (head === null) return isHeading(line) ? "bold" : undefined;
    removed = Number(head[1] ?? 1);
    added = Number(head[2] ?? 1);
    return "cyan";
  }

  return text
    .split("\n")
    .map((line) => {
      const style = styleOf(line);
      return style === undefined || line === "" ? line : paint(style, line);
    })
    .join("\n");
}

function isHeading(line: string): boolean {
  return /^(?:diff |index |--- |\+\+\+ |(?:new|deleted) file mode |(?:old|new) mode |similarity |rename |copy |Binary files )/.test(
    line,
  );
}
