import { untrustedText } from "./untrusted-text.ts";

const longest = 2000;
const longestColors = 300;
/** Colours and the like, and the switch to drawn lines; nothing else that steers a terminal passes. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const steering = /(\u001b\[[0-9;:]{0,60}m|[\u000e\u000f])/;
// oxlint-disable-next-line no-control-regex -- the same
const reset = /^\u001b\[0*m$/;

/** The line-drawing set that terminals had before Unicode. */
const drawn: Readonly<Record<string, string>> = {
  ...{ j: "┘", k: "┐", l: "┌", m: "└", n: "┼", q: "─", t: "├", u: "┤", v: "┴", w: "┬", x: "│" },
};

/**
 * The lines of an untrusted terminal, fit for another: text, colours and nothing else, each line
 * with the colours that it begins in. A secret in a line costs it its colours.
 */
export function terminalLines(raw: readonly string[], redact: (text: string) => string): string[] {
  let colors = "";
  let isDrawing = false;

  function convert(line: string): string {
    let plain = "";
    let colored = colors;
    line.split(steering).forEach((part, index) => {
      if (index % 2 === 0) {
        const text = textOf(part, isDrawing);
        plain += text;
        colored += text;
      } else if (part.endsWith("m")) {
        colors = reset.test(part) || colors.length > longestColors ? "" : colors;
        if (!reset.test(part)) colors += part;
        colored += part;
      } else isDrawing = part === "\u000e";
    });
    const clean = redact(plain);
    return clean === plain ? colored : clean;
  }

  return raw.map((line) => convert(line.slice(0, longest * 4)));
}

function textOf(part: string, isDrawing: boolean): string {
  const text = untrustedText(part, { maxLength: longest }).replaceAll(/[\n\t]/g, " ");
  return isDrawing ? text.replaceAll(/[j-x]/g, (sign) => drawn[sign] ?? sign) : text;
}
