type Tag = { name: string; attributes: ReadonlyMap<string, string>; text: string };

const token =
  /<(?<close>\/?)(?<name>[a-z][a-z0-9]*)(?<attributes>(?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*>|(?<text>[^<>]+)/y;
const empty = new Set(["br", "hr", "input"]);
const tags = new Set([
  ...["a", "b", "blockquote", "br", "button", "caption", "code", "details", "div", "form", "hr"],
  ...["i", "input", "label", "li", "ol", "optgroup", "option", "p", "pre", "s", "select", "span"],
  ...["summary", "table", "tbody", "td", "textarea", "th", "thead", "tr", "u", "ul"],
]);
const names = new Set([
  ...[
    "aria-hidden",
    "aria-label",
    "checked",
    "class",
    "data-action-id",
    "data-block-id",
    "data-type",
  ],
  ...["data-url", "data-value", "data-view-action", "href", "inert", "label", "max", "maxlength"],
  ...[
    "method",
    "min",
    "minlength",
    "multiple",
    "name",
    "open",
    "placeholder",
    "rel",
    "role",
    "rows",
  ],
  ...["selected", "start", "step", "style", "target", "title", "type", "value"],
]);
const shapes: Readonly<Record<string, RegExp>> = {
  href: /^(https?:\/\/|mailto:)/i,
  "data-url": /^(https?:\/\/|mailto:)/i,
  style: /^(background|border-color|width):(#[0-9a-f]{6}|transparent|\d+%)$/i,
  class: /^[a-z0-9_ -]*$/,
};

function unescape(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

function readAttributes(written: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", value = ""] of written.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)) {
    if (!names.has(name)) throw new Error(`the attribute ${name}`);
    if (found.has(name)) throw new Error(`the attribute ${name} twice`);
    const shape = shapes[name];
    if (shape?.test(unescape(value)) === false) throw new Error(`${name} ${value}`);
    found.set(name, unescape(value));
  }
  return found;
}

/**
 * The elements of a page's markup with their text, in the order of their end. Throws at whatever is
 * not plainly balanced markup of known tags and attributes: nothing that was injected gets through.
 */
export function readMarkup(markup: string): { tags: Tag[]; text: string } {
  const open: { name: string; attributes: Map<string, string>; text: string[] }[] = [];
  const root = { name: "", attributes: new Map<string, string>(), text: [] as string[] };
  const done: Tag[] = [];
  for (token.lastIndex = 0; token.lastIndex < markup.length;) {
    const from = token.lastIndex;
    const groups = token.exec(markup)?.groups;
    if (groups === undefined) throw new Error(`no markup: ${markup.slice(from, from + 80)}`);
    const { close, name = "", attributes = "", text } = groups;
    if (text !== undefined) {
      if (/&(?!(lt|gt|quot|amp|#39|ensp);)/.test(text)) throw new Error(`a bare & in ${text}`);
      for (const each of [root, ...open]) each.text.push(unescape(text));
    } else if (close === "/") {
      const last = open.pop();
      if (last?.name !== name) throw new Error(`</${name}> closes <${last?.name ?? ""}>`);
      done.push({ ...last, text: last.text.join("").trim() });
    } else {
      if (!tags.has(name)) throw new Error(`the tag ${name}`);
      const read = readAttributes(attributes);
      if (empty.has(name)) done.push({ name, attributes: read, text: "" });
      else open.push({ name, attributes: read, text: [] });
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name ?? ""}> is not closed`);
  return { tags: done, text: root.text.join("") };
}
