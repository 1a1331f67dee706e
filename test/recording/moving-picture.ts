import Anser from "anser";

/** What a terminal showed, with its escape sequences, and for how long. */
export type Frame = { screen: string; ms: number };

type Size = { columns: number; rows: number };

const cell = { width: 8.4, height: 18 };
const margin = 16;
const ink = "205, 217, 229";
const paper = "28, 33, 40";
const font = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace";

/**
 * One SVG that shows the frames one after another, for ever; the last alone where motion is not
 * wanted. It holds no script: a page that shows it as an image plays it too.
 */
export function movingPicture(frames: readonly Frame[], size: Size): string {
  const width = Math.ceil(size.columns * cell.width + 2 * margin);
  const height = size.rows * cell.height + 2 * margin;
  const lines = new Map<string, number>();
  const groups = frames.map(({ screen }, index) => {
    const uses = screen.split("\n").flatMap((line, row) => {
      const drawn = drawLine(line);
      if (drawn === "") return [];
      const id = lines.get(drawn) ?? lines.size;
      lines.set(drawn, id);
      return [`<use href="#l${id}" y="${row * cell.height}"/>`];
    });
    return `<g class="f f${index}">${uses.join("")}</g>`;
  });
  const known = [...lines].map(([drawn, id]) => `<g id="l${id}">${drawn}</g>`);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal session">`,
    `<style>${styleOf(frames)}</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="rgb(${paper})"/>`,
    `<g font-family="${font}" font-size="14" fill="rgb(${ink})">`,
    `<defs>${known.join("\n")}</defs>`,
    ...groups,
    "</g></svg>",
  ].join("\n")}\n`;
}

function styleOf(frames: readonly Frame[]): string {
  const whole = frames.reduce((sum, { ms }) => sum + ms, 0);
  const share = (ms: number): string => `${((100 * ms) / whole).toFixed(3)}%`;
  let begun = 0;
  const rules = frames.map(({ ms }, index) => {
    const [from, to] = [share(begun), share(begun + ms)];
    begun += ms;
    const hides = begun < whole ? `${to}{visibility:hidden}` : "";
    const starts = index === 0 ? "" : "0%{visibility:hidden}";
    return `@keyframes k${index}{${starts}${from}{visibility:visible}${hides}}.f${index}{animation-name:k${index}}`;
  });
  return [
    `.f{visibility:hidden;animation:${(whole / 1000).toFixed(1)}s step-end infinite}`,
    ...rules,
    `@media (prefers-reduced-motion:reduce){.f{animation:none}.f${frames.length - 1}{visibility:visible}}`,
  ].join("");
}

/** A line of a terminal at its first row; empty where it shows nothing. */
function drawLine(line: string): string {
  let column = 0;
  const spans = Anser.ansiToJson(line, { json: true, remove_empty: true }).map((span) => {
    const at = column;
    column += Array.from(span.content).length;
    return drawSpan(span, at);
  });
  return spans.join("");
}

type Span = { content: string; fg: string | null; bg: string | null; decorations: string[] };

function drawSpan({ content, fg, bg, decorations }: Span, column: number): string {
  const width = Array.from(content).length;
  const behind =
    bg === null
      ? ""
      : `<rect x="${xOf(column)}" y="${margin}" width="${(width * cell.width).toFixed(1)}" height="${cell.height}" fill="rgb(${bg})"/>`;
  const looks = [
    fg === null ? "" : ` fill="rgb(${fg})"`,
    decorations.includes("bold") ? ' font-weight="bold"' : "",
    decorations.includes("dim") ? ' fill-opacity="0.6"' : "",
  ].join("");
  // Spaces in a row would be drawn as one: each stretch without them has a place of its own.
  const stretches = content.matchAll(/\S+(?: \S+)*/g);
  return [behind, ...Array.from(stretches, (found) => drawStretch(found, column, looks))].join("");
}

function drawStretch(
  { 0: text, index, input }: RegExpExecArray,
  column: number,
  looks: string,
): string {
  const at = column + Array.from(input.slice(0, index)).length;
  const length = (Array.from(text).length * cell.width).toFixed(1);
  // Whatever font there is, it keeps to its columns.
  return `<text x="${xOf(at)}" y="${margin + cell.height - 4}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${looks}>${escaped(text)}</text>`;
}

function xOf(column: number): string {
  return (margin + column * cell.width).toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
