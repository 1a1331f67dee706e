import type { Question } from "./thopter.ts";

/** An answer as a question takes it: some of its choices, words of a person's own, or both. */
export type GivenAnswer = { choices: string[]; words?: string };

const severalNumbers = /^#\d+(?:[\s,]+#\d+)+$/;
/** What can be meant as nothing but numbers. */
const beginsWithNumber = /^#\d+\s*(?:$|[;,]|#)/;

/**
 * What a text means as the answer to a question: choices by their words, whatever their case, or by
 * their number in the order of the choices, as "2" or "#2"; undefined where the question takes no
 * such answer, or it may mean two things.
 */
export function readAnswer(question: Question, text: string): GivenAnswer | undefined {
  const clean = text.replaceAll(/\s+/g, " ").trim();
  if (clean === "") return undefined;
  const { choices = [], several, words } = question;
  if (choices.length === 0) return { choices: [], words: clean };
  if (several === true) return readSeveral({ choices, words }, clean);
  const chosen = choiceIn(choices, clean);
  if (chosen !== undefined) return { choices: [chosen] };
  if (isUnclear(choices, clean)) return undefined;
  const own = words === undefined ? undefined : wordsBehind(words, clean);
  return own === undefined ? undefined : { choices: [], words: own };
}

/** The text that means this answer: by words where they mean it alone, else by numbers. */
export function writeAnswer(question: Question, { choices, words }: GivenAnswer): string {
  const own =
    words === undefined
      ? []
      : [`${question.several === true ? "" : (question.words ?? "")}${words}`];
  const named = [...choices, ...own].join("; ");
  const read = readAnswer(question, named);
  const isSame =
    read?.choices.length === choices.length && read.choices.every((one) => choices.includes(one));
  if (isSame) return named;
  const numbers = choices.map((one) => `#${(question.choices ?? []).indexOf(one) + 1}`);
  return [...numbers, ...own].join("; ");
}

/** What a question takes beside one of its choices by its words, in words for a person. */
export function describeMore({ choices = [], several, words }: Question): string | undefined {
  if (choices.length === 0) return undefined;
  const parts = [`its number, such as ${numberOf(choices, Math.min(2, choices.length))}`];
  if (several === true) {
    // By their words they could not be told apart.
    const how = choices.some((one) => one.includes(";")) ? "several by number" : "several of them";
    parts.push(`${how} with ";" between`);
  }
  if (words !== undefined) {
    parts.push(words === "" ? "words of your own" : `"${words}" and words of your own`);
  }
  return parts.join(", or ");
}

/** How a choice is named by its number: bare where no choice is itself a number. */
function numberOf(choices: readonly string[], number: number): string {
  return choices.some((one) => isNumber(one)) ? `"#${number}"` : String(number);
}

function readSeveral(
  { choices, words }: { choices: readonly string[]; words: string | undefined },
  text: string,
): GivenAnswer | undefined {
  const parts = partsOf(text);
  const found = parts.map((part) => choiceIn(choices, part));
  const whole = choiceIn(choices, text);
  // A choice with ";" in it is named by its number, or alone.
  if (whole !== undefined && (parts.length === 1 || found.every((one) => one === undefined))) {
    return { choices: [whole] };
  }
  if (parts.length === 0 || namesOneThatIsSplit(choices, text)) return undefined;
  const rest = parts.filter((_, index) => found[index] === undefined);
  if (rest.some((part) => isUnclear(choices, part))) return undefined;
  const own = rest.join("; ");
  if (own !== "" && words === undefined) return undefined;
  const chosen = choices.filter((one) => found.includes(one));
  return { choices: chosen, ...(own !== "" && { words: own }) };
}

function partsOf(text: string): string[] {
  const parts = text.split(";").map((part) => part.trim());
  return parts
    .flatMap((part) => (severalNumbers.test(part) ? part.split(/[\s,]+/) : [part]))
    .filter((part) => part !== "");
}

function namesOneThatIsSplit(choices: readonly string[], text: string): boolean {
  const folded = foldSplit(text);
  return choices.some((one) => one.includes(";") && folded.includes(foldSplit(one)));
}

function foldSplit(text: string): string {
  return text.toLowerCase().replaceAll(/\s*;\s*/g, ";");
}

/** Whether a text names a choice that is not there, or more than one. */
function isUnclear(choices: readonly string[], text: string): boolean {
  return beginsWithNumber.test(text) || sameWords(choices, text).length > 1;
}

function choiceIn(choices: readonly string[], text: string): string | undefined {
  const same = sameWords(choices, text);
  const [only, another] = same;
  const byWords = same.find((one) => one === text) ?? (another === undefined ? only : undefined);
  const byNumber = numberedBy(choices, text);
  if (byWords === undefined || byNumber === undefined || !text.startsWith("#")) {
    return byWords ?? byNumber;
  }
  // A choice that is called like the number of another one.
  return byWords === byNumber ? byWords : undefined;
}

function sameWords(choices: readonly string[], text: string): string[] {
  return choices.filter((one) => one.toLowerCase() === text.toLowerCase());
}

/** Where a choice is itself a number, a bare one means none by its place. */
function numberedBy(choices: readonly string[], text: string): string | undefined {
  const [, mark, digits] = /^(#?)([1-9]\d?)$/.exec(text) ?? [];
  if (digits === undefined) return undefined;
  if (mark === "" && choices.some((one) => isNumber(one))) return undefined;
  return choices[Number(digits) - 1];
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}

/** The words behind what has to come before them; undefined where it does not, or nothing follows. */
function wordsBehind(before: string, text: string): string | undefined {
  const start = before.replace(/\W+$/, "");
  if (start === "") return text;
  if (!text.toLowerCase().startsWith(start.toLowerCase())) return undefined;
  const [, own] = /^[\s,:;.-]+([^\s,:;.-].*)$/.exec(text.slice(start.length)) ?? [];
  return own;
}
