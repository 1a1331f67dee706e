/** HTML that is safe to put into a page: only `markup` and `attributes` make it. */
export type Html = { readonly html: string };

type Part = Html | string | number | readonly Html[];

/**
 * A template whose inserted texts are escaped, and whose inserted HTML is not. Line breaks and
 * indents of the template itself are left out.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const written = strings.map((string, index) => {
    const [part, bare] = [parts[index], string.replace(/\n */g, "")];
    return part === undefined ? bare : `${bare}${markupOf(part)}`;
  });
  return { html: written.join("") };
}

export const nothing: Html = { html: "" };

export function join(parts: readonly Html[]): Html {
  return { html: parts.map(({ html }) => html).join("") };
}

/** ` name="value"` for every value that is there; `true` gives the name alone. */
export function attributes(
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): Html {
  const written = Object.entries(values).map(([name, value]) => {
    if (value === undefined || value === false) return "";
    return value === true ? ` ${name}` : ` ${name}="${escape(String(value))}"`;
  });
  return { html: written.join("") };
}

function markupOf(part: Part): string {
  if (typeof part === "string" || typeof part === "number") return escape(String(part));
  return "html" in part ? part.html : join(part).html;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? "").replaceAll("\u0000", "\ufffd");
}

/** The address of a link that may be followed, and none for `javascript:` and the like. */
export function safeUrl(url: string): string | undefined {
  return /^(?:https?:\/\/|mailto:)\S+$/i.test(url) ? url : undefined;
}

export function link(url: string, content: Html): Html {
  const href = safeUrl(url);
  if (href === undefined) return content;
  const rest = attributes({ href, target: "_blank", rel: "noopener noreferrer" });
  return markup`<a class="s-link"${rest}>${content}</a>`;
}
