import { nameOf, type Context } from "./context.ts";
import { formatDate } from "./dates.ts";
import { emojiSign } from "./emoji.ts";
import { markup, join, link, type Html } from "./html.ts";

/** Slack's mrkdwn: styles, code, quotes, links, mentions, dates and emoji. */
export function renderMrkdwn(text: string, context: Context): Html {
  // Every second part was between two fences.
  const parts = text.split("```");
  const closed =
    parts.length % 2 === 1 ? parts : [...parts.slice(0, -2), parts.slice(-2).join("```")];
  return join(
    closed.map((part, index) =>
      index % 2 === 1
        ? markup`<pre class="s-pre">${unescape(part.replace(/^\n|\n$/g, ""))}</pre>`
        : renderLines(trimAround(part, index, closed.length), context),
    ),
  );
}

/** A plain text: no styles, but emoji. */
export function renderPlain(text: string, emoji: boolean): Html {
  const shown = emoji ? text.replace(emojiName, (_all, name: string) => emojiSign(name)) : text;
  return breakLines(unescape(shown));
}

const emojiName = /:([a-z0-9_+'-]{1,64}):/g;

/** A block of code ends its line and begins one: the line breaks beside it are not shown. */
function trimAround(part: string, index: number, count: number): string {
  const start = index > 0 ? part.replace(/^\n/, "") : part;
  return index < count - 1 ? start.replace(/\n$/, "") : start;
}

const quoteMark = /^(?:&gt;|>) ?/;

function renderLines(text: string, context: Context): Html {
  if (text === "") return markup``;
  const groups: { quote: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quote = quoteMark.test(line);
    const last = groups.at(-1);
    const bare = quote ? line.replace(quoteMark, "") : line;
    if (last?.quote === quote) last.lines.push(bare);
    else groups.push({ quote, lines: [bare] });
  }
  return join(
    groups.map(({ quote, lines }) => {
      const content = renderInline(lines.join("\n"), context, 0);
      return quote ? markup`<blockquote class="s-quote">${content}</blockquote>` : content;
    }),
  );
}

// Each alternative stops at the next sign of its kind, so that the time grows with the text alone.
const inline =
  /`([^`\n]+)`|<([^<>\n]{1,4000})>|:([a-z0-9_+'-]{1,64}):|(?<![\p{L}\p{N}])(?:\*(?=\S)([^*\n]*[^*\s])\*|_(?=\S)([^_\n]*[^_\s])_|~(?=\S)([^~\n]*[^~\s])~)(?![\p{L}\p{N}])/gu;
const deepest = 4;

function renderInline(text: string, context: Context, depth: number): Html {
  if (depth > deepest) return breakLines(unescape(text));
  const parts: Html[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    parts.push(breakLines(unescape(text.slice(end, match.index))));
    parts.push(renderMatch(match, context, depth + 1));
    end = match.index + match[0].length;
  }
  parts.push(breakLines(unescape(text.slice(end))));
  return join(parts);
}

function renderMatch(match: RegExpExecArray, context: Context, depth: number): Html {
  const [, code, bracket, emoji, bold, italic, strike] = match;
  if (code !== undefined) return markup`<code class="s-code">${unescape(code)}</code>`;
  if (bracket !== undefined) return renderBracket(bracket, context);
  if (emoji !== undefined) return markup`<span class="s-emoji">${emojiSign(emoji)}</span>`;
  if (bold !== undefined) return markup`<b>${renderInline(bold, context, depth)}</b>`;
  if (italic !== undefined) return markup`<i>${renderInline(italic, context, depth)}</i>`;
  return markup`<s>${renderInline(strike ?? "", context, depth)}</s>`;
}

/** What stands between `<` and `>`: a mention, a date or a link. */
function renderBracket(inner: string, context: Context): Html {
  const bar = inner.indexOf("|");
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? undefined : unescape(inner.slice(bar + 1));
  const id = target.slice(1);
  if (target.startsWith("@")) return mention(`@${label ?? nameOf(context, id)}`);
  if (target.startsWith("#")) return mention(`#${label ?? nameOf(context, id)}`);
  if (target.startsWith("!date^")) return renderDate(target, label);
  if (target.startsWith("!"))
    return mention(label ?? `@${nameOf(context, id.replace(/^subteam\^/, ""))}`);
  const url = unescape(target);
  return link(url, markup`${label ?? url.replace(/^mailto:/, "")}`);
}

function renderDate(target: string, fallback: string | undefined): Html {
  const [, seconds = "", format = "", url] = target.split("^");
  const isTime = /^\d{1,11}$/.test(seconds);
  const shown = (isTime ? formatDate(Number(seconds), format) : undefined) ?? fallback ?? "";
  return url === undefined ? markup`${shown}` : link(unescape(url), markup`${shown}`);
}

export function mention(text: string): Html {
  return markup`<span class="s-mention">${text}</span>`;
}

export function breakLines(text: string): Html {
  return join(
    text.split("\n").map((line, index) => (index === 0 ? markup`${line}` : markup`<br>${line}`)),
  );
}

/** The three signs that Slack wants escaped, as they were. */
function unescape(text: string): string {
  return text.replace(/&(lt|gt|amp);/g, (_all, name: string) => {
    if (name === "amp") return "&";
    return name === "lt" ? "<" : ">";
  });
}
