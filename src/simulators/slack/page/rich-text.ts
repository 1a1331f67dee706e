import { itemsOf, own } from "../blocks/json.ts";
import { nameOf, type Context } from "./context.ts";
import { formatDate } from "./dates.ts";
import { emojiSign } from "./emoji.ts";
import { attributes, markup, join, link, nothing, type Html } from "./html.ts";
import { breakLines, mention } from "./mrkdwn.ts";
import { numberIn, stringIn } from "./text.ts";

export function renderRichText(block: unknown, context: Context): Html {
  return join(itemsOf(own(block, "elements")).map((part) => renderPart(part, context)));
}

function renderPart(part: unknown, context: Context): Html {
  const content = () => renderWords(part, context);
  switch (own(part, "type")) {
    case "rich_text_section":
      return markup`<div class="s-line">${content()}</div>`;
    case "rich_text_quote":
      return markup`<blockquote class="s-quote">${content()}</blockquote>`;
    case "rich_text_preformatted":
      return markup`<pre class="s-pre">${content()}</pre>`;
    case "rich_text_list":
      return renderList(part, context);
    default:
      return nothing;
  }
}

function renderWords(part: unknown, context: Context): Html {
  return join(itemsOf(own(part, "elements")).map((each) => renderWord(each, context)));
}

function renderList(list: unknown, context: Context): Html {
  const items = itemsOf(own(list, "elements")).map(
    (each) => markup`<li>${renderWords(each, context)}</li>`,
  );
  const indent = Math.min(8, Math.max(0, Math.floor(numberIn(list, "indent") ?? 0)));
  const border = own(list, "border") === 1 ? " s-bordered" : "";
  const look = { class: `s-list s-indent-${indent}${border}` };
  const start = Math.floor(numberIn(list, "offset") ?? 0) + 1;
  return own(list, "style") === "ordered"
    ? markup`<ol${attributes({ ...look, start })}>${items}</ol>`
    : markup`<ul${attributes(look)}>${items}</ul>`;
}

function renderWord(word: unknown, context: Context): Html {
  const style = own(word, "style");
  const plain = renderBareWord(word, context);
  const wraps = {
    code: (inner: Html) => markup`<code class="s-code">${inner}</code>`,
    strike: (inner: Html) => markup`<s>${inner}</s>`,
    underline: (inner: Html) => markup`<u>${inner}</u>`,
    italic: (inner: Html) => markup`<i>${inner}</i>`,
    bold: (inner: Html) => markup`<b>${inner}</b>`,
  };
  return Object.entries(wraps).reduce(
    (inner, [name, wrap]) => (own(style, name) === true ? wrap(inner) : inner),
    plain,
  );
}

function renderBareWord(word: unknown, context: Context): Html {
  const text = stringIn(word, "text");
  switch (own(word, "type")) {
    case "text":
      return breakLines(text);
    case "link": {
      const url = stringIn(word, "url");
      return link(url, markup`${text === "" ? url : text}`);
    }
    case "emoji":
      return markup`<span class="s-emoji">${emojiSign(stringIn(word, "name"))}</span>`;
    case "user":
      return mention(`@${nameOf(context, stringIn(word, "user_id"))}`);
    case "channel":
      return mention(`#${nameOf(context, stringIn(word, "channel_id"))}`);
    case "usergroup":
      return mention(`@${nameOf(context, stringIn(word, "usergroup_id"))}`);
    case "team":
      return mention(`@${nameOf(context, stringIn(word, "team_id"))}`);
    case "broadcast":
      return mention(`@${stringIn(word, "range")}`);
    case "color":
      return renderColor(stringIn(word, "value"));
    case "date":
      return renderDate(word);
    default:
      return nothing;
  }
}

function renderColor(value: string): Html {
  const colour = /^#[0-9a-f]{6}$/i.test(value) ? value : "transparent";
  const swatch = attributes({ class: "s-swatch", style: `background:${colour}` });
  return markup`<span${swatch}></span>${value}`;
}

function renderDate(word: unknown): Html {
  const seconds = numberIn(word, "timestamp") ?? Number.NaN;
  const shown = formatDate(seconds, stringIn(word, "format")) ?? stringIn(word, "fallback");
  return link(stringIn(word, "url"), markup`${shown}`);
}
