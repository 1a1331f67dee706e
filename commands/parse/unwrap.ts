const marked = /<[^<>]*>|&(?:amp|lt|gt);/g;
const reference = /^<([@#!]?)([^|]*)(?:\|(.*))?>$/s;
const signs: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Text as a person typed it, out of Slack's form of it: mentions, links and escaped signs are put back. */
export function unwrap(text: string): string {
  return text.replace(marked, (whole) => signs[whole] ?? unwrapped(whole));
}

function unwrapped(whole: string): string {
  const [, kind = "", target = "", label = ""] = reference.exec(whole) ?? [];
  if (kind === "@" || kind === "#") return `${kind}${plainly(label === "" ? target : label)}`;
  if (kind === "!") return special(target, plainly(label));
  return link(plainly(target), plainly(label), whole);
}

function plainly(text: string): string {
  return text.replace(/&(?:amp|lt|gt);/g, (whole) => signs[whole] ?? whole);
}

/** `<!here>`, `<!subteam^S1|@team>`, `<!date^1|noon>`: what people see. */
function special(target: string, label: string): string {
  if (label === "") return `@${target.split("^")[0] ?? ""}`;
  return label;
}

/** Slack makes links of what looks like one, such as "main.py": then the label is what was typed. */
function link(target: string, label: string, whole: string): string {
  if (target === "" || /\s/.test(target)) return whole;
  const bare = target.replace(/^(?:https?:\/\/|mailto:|tel:)/, "").replace(/\/$/, "");
  return label === bare ? label : target.replace(/^mailto:/, "");
}
