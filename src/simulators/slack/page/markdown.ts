import { emojiSign } from "./emoji.ts";
import { markup, join, link, nothing, type Html } from "./html.ts";

type Lines = { all: readonly string[]; at: number };
/** A part of the text that starts at this line, if one does, and the line after it. */
type Reader = (lines: Lines) => { part: Html; next: number } | undefined;

/** A safe part of standard Markdown: headings, lists, quotes, code, tables, rules and inline styles. */
export function renderMarkdown(text: string): Html {
  const all = text.replace(/\r\n?/g, "\n").split("\n");
  const parts: Html[] = [];
  for (let at = 0; at < all.length;) {
    const lines = { all, at };
    const read = readers.map((reader) => reader(lines)).find((each) => each !== undefined);
    if (read === undefined) {
      at += 1;
      continue;
    }
    parts.push(read.part);
    at = read.next;
  }
  return join(parts);
}

/** The first line from `from` on that is such a one; the end of the text without one. */
function findLine(all: readonly string[], from: number, fits: (line: string) => boolean): number {
  let at = from;
  while (at < all.length && !fits(all[at] ?? "")) at += 1;
  return at;
}

/** The lines from `at` on that fit, without what `pattern` matches at their start. */
function run({ all, at }: Lines, pattern: RegExp): string[] {
  const end = findLine(all, at, (line) => !pattern.test(line));
  return all.slice(at, end).map((line) => line.replace(pattern, ""));
}

const code: Reader = ({ all, at }) => {
  if (!/^ {0,3}```/.test(all[at] ?? "")) return undefined;
  const last = findLine(all, at + 1, (line) => /^ {0,3}```\s*$/.test(line));
  const part = markup`<pre class="s-pre">${all.slice(at + 1, last).join("\n")}</pre>`;
  return { part, next: last + 1 };
};

const heading: Reader = ({ all, at }) => {
  const match = /^(#{1,6}) +(\S.*)$/.exec(all[at] ?? "");
  if (match === null) return undefined;
  const level = match[1]?.length ?? 1;
  const part = markup`<div class="s-heading s-heading-${level}" role="heading">
    ${renderInline(match[2] ?? "")}
  </div>`;
  return { part, next: at + 1 };
};

const rule: Reader = ({ all, at }) =>
  /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/.test(all[at] ?? "")
    ? { part: markup`<hr class="s-divider">`, next: at + 1 }
    : undefined;

const quote: Reader = (lines) => {
  const found = run(lines, /^ {0,3}> ?/);
  if (found.length === 0) return undefined;
  const part = markup`<blockquote class="s-quote">${renderLines(found)}</blockquote>`;
  return { part, next: lines.at + found.length };
};

const listOf =
  (pattern: RegExp, wrap: (items: Html[]) => Html): Reader =>
  (lines) => {
    const found = run(lines, pattern);
    if (found.length === 0) return undefined;
    const items = found.map((text) => {
      const task = /^\[([ xX])\] /.exec(text);
      const box = task === null ? nothing : markup`${task[1] === " " ? "☐ " : "☑ "}`;
      return markup`<li>${box}${renderInline(text.slice(task?.[0].length ?? 0))}</li>`;
    });
    return { part: wrap(items), next: lines.at + found.length };
  };

const bullets = listOf(
  /^ {0,8}[-*+] +(?=\S)/,
  (items) =>
    markup`<ul class="s-list">
      ${items}
    </ul>`,
);
const numbers = listOf(
  /^ {0,8}\d{1,9}[.)] +(?=\S)/,
  (items) =>
    markup`<ol class="s-list">
      ${items}
    </ol>`,
);

const cellsOf = (line: string) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((each) => each.trim());

const table: Reader = (lines) => {
  const isTable =
    (lines.all[lines.at] ?? "").includes("|") &&
    /^[\s|:-]+$/.test(lines.all[lines.at + 1] ?? "") &&
    (lines.all[lines.at + 1] ?? "").includes("-");
  if (!isTable) return undefined;
  const end = findLine(lines.all, lines.at, (line) => !line.includes("|"));
  const rows = lines.all.slice(lines.at, end).map(cellsOf);
  const row = (cells: readonly string[]) =>
    markup`<tr>
      ${cells.map((each) => markup`<td>${renderInline(each)}</td>`)}
    </tr>`;
  const body = rows.slice(2).map(row);
  const head = markup`<thead>
    ${row(rows[0] ?? [])}
  </thead>`;
  const part = markup`<table class="s-table">
    ${head}
    <tbody>
      ${body}
    </tbody>
  </table>`;
  return { part, next: lines.at + rows.length };
};

const paragraph: Reader = ({ all, at }) => {
  if ((all[at] ?? "").trim() === "") return undefined;
  const ends = (line: string) =>
    line.trim() === "" || starters.some((reader) => reader({ all: [line], at: 0 }) !== undefined);
  const next = findLine(all, at + 1, ends);
  return { part: markup`<p class="s-paragraph">${renderLines(all.slice(at, next))}</p>`, next };
};

/** What begins in the middle of a paragraph too. */
const starters: readonly Reader[] = [code, heading, rule, quote, bullets, numbers];
const readers: readonly Reader[] = [...starters, table, paragraph];

function renderLines(lines: readonly string[]): Html {
  return join(
    lines.map(
      (line, index) => markup`${index === 0 ? nothing : markup`<br>`}${renderInline(line)}`,
    ),
  );
}

// As in mrkdwn.ts, no alternative looks beyond the next sign of its kind.
const inline =
  /`([^`\n]+)`|!?\[([^[\]\n]{0,500})\]\(([^()\s]{1,3000})\)|\*\*(?=\S)([^*\n]*[^*\s])\*\*|\*(?=\S)([^*\n]*[^*\s])\*|(?<![\p{L}\p{N}])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}])|~~(?=\S)([^~\n]*[^~\s])~~|:([a-z0-9_+'-]{1,64}):/gu;

function renderInline(text: string, depth = 0): Html {
  if (depth > 3) return markup`${text}`;
  const parts: Html[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    parts.push(markup`${text.slice(end, match.index)}`, renderMatch(match, depth + 1));
    end = match.index + match[0].length;
  }
  parts.push(markup`${text.slice(end)}`);
  return join(parts);
}

function renderMatch(match: RegExpExecArray, depth: number): Html {
  const [, codeText, label, url, bold, star, underscore, strike, emoji] = match;
  if (codeText !== undefined) return markup`<code class="s-code">${codeText}</code>`;
  if (url !== undefined) return link(url, renderInline(label === "" ? url : (label ?? url), depth));
  if (bold !== undefined) return markup`<b>${renderInline(bold, depth)}</b>`;
  const italic = star ?? underscore;
  if (italic !== undefined) return markup`<i>${renderInline(italic, depth)}</i>`;
  if (strike !== undefined) return markup`<s>${renderInline(strike, depth)}</s>`;
  return markup`${emojiSign(emoji ?? "")}`;
}
