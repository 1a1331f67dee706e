const escape = "\\u001b";
const endOfString = `(?:\\u0007|${escape}\\\\|\\u009c)`;

const escapeSequences = new RegExp(
  [
    `(?:${escape}\\[|\\u009b)[0-?]*[ -/]*[@-~]`,
    // Titles, clipboard writes and the like. One without an end hides nothing but its first sign.
    `(?:${escape}[\\]PX^_]|[\\u0090\\u0098\\u009d-\\u009f])[^\\u0007\\u001b\\u0080-\\u009f]*${endOfString}`,
    `${escape}[ -/]*[0-~]`,
  ].join("|"),
  "g",
);
const controls = /[^\P{Cc}\n\t]/gu;

// Signs that reorder text or hide in it: bidirectional marks, zero-width and blank-looking signs,
// tags and the variation selectors beyond the usual sixteen.
const invisibles =
  /[\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;
// A zero-width joiner belongs between the parts of an emoji and nowhere else.
const strayJoiners =
  /(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|\u200d(?!\p{Extended_Pictographic})/gu;

/**
 * Removes terminal escape sequences and control characters. Newlines and tabs stay; a carriage
 * return becomes a newline.
 */
export function stripControls(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(escapeSequences, "")
    .replace(controls, "")
    .replace(/[\ud800-\udfff]/gu, "\ufffd");
}

/**
 * Text from an agent, a repository or another outsider, fit to be shown: without control and escape
 * sequences, without signs that reorder or hide, and at most `maxLength` UTF-16 units long. What is
 * cut at the end, or at the start when `keep` is "end", leaves an ellipsis.
 */
export function untrustedText(
  text: string,
  limits: { maxLength: number; keep?: "start" | "end" },
): string {
  const clean = stripControls(text)
    .replace(/[\u2028\u2029]/g, "\n")
    .replace(invisibles, "")
    .replace(strayJoiners, "");
  if (clean.length <= limits.maxLength) return clean;
  const room = Math.max(0, limits.maxLength - 1);
  return limits.keep === "end" ? `…${endOf(clean, room)}` : `${startOf(clean, room)}…`;
}

function startOf(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function endOf(text: string, length: number): string {
  return text.slice(text.length - length).replace(/^[\udc00-\udfff]/, "");
}
