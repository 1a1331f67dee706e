import type { Question } from "./thopter.ts";

/** An answer as a question takes it: some of its choices, words of a person's own, or both. */
export type GivenAnswer = { choices: string[]; words?: string };

/**
 * What a text means as the answer to a question: choices by their words, whatever their case;
 * undefined where the question takes no such answer.
 */
export function readAnswer(question: Question, text: string): GivenAnswer | undefined {
  const clean = text.replaceAll(/\s+/g, " ").trim();
  if (clean === "") return undefined;
  const { choices = [], several, words } = question;
  if (choices.length === 0) return { choices: [], words: clean };
  const chosen = choiceIn(choices, clean);
  if (chosen !== undefined) return { choices: [chosen] };
  if (several === true) return readSeveral({ choices, words }, clean);
  const own = words === undefined ? undefined : wordsBehind(words, clean);
  return own === undefined ? undefined : { choices: [], words: own };
}

/** What a question takes beside one of its choices, in words for a person. */
export function describeMore({ choices = [], several, words }: Question): string | undefined {
  if (choices.length === 0) return undefined;
  const parts: string[] = [];
  if (several === true) parts.push('several of them with ";" between');
  if (words !== undefined) {
    parts.push(words === "" ? "words of your own" : `"${words}" and words of your own`);
  }
  return parts.length === 0 ? undefined : parts.join(", or ");
}

function readSeveral(
  { choices, words }: { choices: readonly string[]; words: string | undefined },
  text: string,
): GivenAnswer | undefined {
  const parts = text
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const found = parts.map((part) => choiceIn(choices, part));
  const own = parts.filter((_, index) => found[index] === undefined).join("; ");
  if (parts.length === 0 || (own !== "" && words === undefined)) return undefined;
  const chosen = choices.filter((one) => found.includes(one));
  return { choices: chosen, ...(own !== "" && { words: own }) };
}

function choiceIn(choices: readonly string[], text: string): string | undefined {
  const wanted = text.toLowerCase();
  return choices.find((one) => one === text) ?? choices.find((one) => one.toLowerCase() === wanted);
}

/** The words behind what has to come before them; undefined where it does not, or nothing follows. */
function wordsBehind(before: string, text: string): string | undefined {
  const start = before.replace(/\W+$/, "");
  if (start === "") return text;
  if (!text.toLowerCase().startsWith(start.toLowerCase())) return undefined;
  const [, own] = /^[\s,:;.-]+([^\s,:;.-].*)$/.exec(text.slice(start.length)) ?? [];
  return own;
}
