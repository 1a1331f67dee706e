/** A word as it was typed, and where it stands in the text. */
export type Token = {
  text: string;
  /** Quoted, so that nothing in it is a flag. */
  isQuoted: boolean;
  start: number;
  end: number;
  /** Of a word such as `--flag=value`; a value may be quoted. */
  assigned?: string;
};

const opening = `"'“”„‟‘’‚‛«»`;
const closing: Readonly<Record<string, string>> = {
  '"': `"”“`,
  "'": "'’‘",
  "“": `”“"`,
  "”": `”"`,
  "„": `”“"`,
  "‟": `”"`,
  "‘": "’‘'",
  "’": "’'",
  "‚": "’‘'",
  "‛": "’'",
  "«": "»",
  "»": "«",
};
const assignment = /^((?:--|[—–]-?)[a-z][\w-]*|-[a-z])=/i;

/** Splits text at white space; a phrase in quotes, of any kind that keyboards make, is one word. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const scan: Scan = { text, unclosed: new Set() };
  let at = afterSpace(text, 0);
  while (at < text.length) {
    const token = tokenAt(scan, at);
    tokens.push(token);
    at = afterSpace(text, token.end);
  }
  return tokens;
}

/** A text, and the quotes of which none ends from here on: what is not there is looked for once. */
type Scan = { text: string; unclosed: Set<string> };

function tokenAt(scan: Scan, start: number): Token {
  const { text } = scan;
  const phrase = phraseAt(scan, start);
  if (phrase !== undefined) return { ...phrase, isQuoted: true, start };
  const assigned = assignmentAt(scan, start);
  if (assigned !== undefined) return assigned;
  const end = endOfWord(text, start);
  return { text: text.slice(start, end), isQuoted: false, start, end };
}

function assignmentAt(scan: Scan, start: number): Token | undefined {
  const { text } = scan;
  const match = assignment.exec(text.slice(start, start + 60));
  if (match === null) return undefined;
  const valueAt = start + match[0].length;
  const word = endOfWord(text, valueAt);
  const value = phraseAt(scan, valueAt) ?? { text: text.slice(valueAt, word), end: word };
  const name = match[1] ?? "";
  return { text: name, isQuoted: false, start, end: value.end, assigned: value.text };
}

/** A quote counts where a word begins, and only when its end stands where a word ends: `don't` has none. */
function phraseAt(
  { text, unclosed }: Scan,
  start: number,
): Pick<Token, "text" | "end"> | undefined {
  const first = text[start] ?? "";
  if (first === "" || !opening.includes(first) || unclosed.has(first)) return undefined;
  const ends = closing[first] ?? "";
  for (let at = start + 1; at < text.length; at += 1) {
    const isEnd =
      ends.includes(text[at] ?? " ") && (at + 1 === text.length || isSpace(text[at + 1]));
    if (isEnd) return { text: text.slice(start + 1, at), end: at + 1 };
  }
  unclosed.add(first);
  return undefined;
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isSpace(text[at])) at += 1;
  return at;
}

function afterSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && isSpace(text[at])) at += 1;
  return at;
}

function isSpace(sign: string | undefined): boolean {
  return sign !== undefined && /\s/.test(sign);
}
