/** A word as it was typed, and where it stands in the text. */
export type Token = {
  text: string;
  /** Quoted, so that nothing in it is a flag. */
  isQuoted: boolean;
  /** Of a word such as `name="two words"`, the same without its quotes. */
  plain?: string;
  start: number;
  end: number;
  /** Of a word such as `--flag=value`; a value may be quoted. */
  assigned?: string;
  /** Where that value begins, and whether it is quoted. */
  assignedAt?: number;
  isAssignedQuoted?: boolean;
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
/** The beginning of `name="two words"`. */
const naming = /^[a-z]\w{0,49}=/i;

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

/** A flag as the command has it, in small letters: keyboards make a long dash of two short ones. */
export function flagWritten(token: Token): string | undefined {
  if (token.isQuoted) return undefined;
  const written = token.text.replace(/^[—–]-?/, "--").toLowerCase();
  return /^(?:--[a-z][\w-]*|-[a-z])$/.test(written) ? written : undefined;
}

/** A text, and the quotes of which none ends from here on: what is not there is looked for once. */
type Scan = { text: string; unclosed: Set<string> };

function tokenAt(scan: Scan, start: number): Token {
  const phrase = phraseAt(scan, start);
  if (phrase !== undefined) return { ...phrase, isQuoted: true, start };
  const assigned = assignmentAt(scan, start);
  if (assigned !== undefined) return assigned;
  return { ...wordAt(scan, start), isQuoted: false, start };
}

/** A word up to the next white space; of `name="two words"` the phrase belongs to it. */
function wordAt(scan: Scan, start: number): Pick<Token, "text" | "plain" | "end"> {
  const { text } = scan;
  const name = naming.exec(text.slice(start, start + 60))?.[0] ?? "";
  const phrase = name === "" ? undefined : phraseAt(scan, start + name.length);
  const end = phrase?.end ?? endOfWord(text, start);
  const word = { text: text.slice(start, end), end };
  return phrase === undefined ? word : { ...word, plain: `${name}${phrase.text}` };
}

function assignmentAt(scan: Scan, start: number): Token | undefined {
  const { text } = scan;
  const match = assignment.exec(text.slice(start, start + 60));
  if (match === null) return undefined;
  const valueAt = start + match[0].length;
  const phrase = phraseAt(scan, valueAt);
  const word = wordAt(scan, valueAt);
  const { end, text: assigned } = phrase ?? { end: word.end, text: word.plain ?? word.text };
  const isAssignedQuoted = phrase !== undefined;
  const value = { assigned, assignedAt: valueAt, isAssignedQuoted };
  return { text: match[1] ?? "", isQuoted: false, start, end, ...value };
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
