import { UserError } from "../core/errors.ts";
import { untrustedText } from "../core/untrusted-text.ts";

/**
 * What people and agents wrote, in lines of their own. Whoever prints one of these sees to it that
 * its lines are told from those of the command; all else is one line.
 */
const inLines: ReadonlySet<string> = new Set([
  ...["text", "stdout", "stderr", "task", "reason", "message", "causes", "note", "limit"],
  ...["lastMessage", "description", "default", "variables", "detail"],
]);

const mostBytes = 64 * 1024 * 1024;
/** The hub answers with a megabyte of text at most. */
const longestText = 1_100_000;
const longestLine = 4000;
const deepest = 40;

/**
 * Reads what a hub answered: the one way in for whatever a hub says, which may be another one than
 * it seems. Control sequences and signs that hide or reorder are taken out of all its strings, and
 * they are bounded. Undefined for what is no JSON. Throws UserError where it is too much.
 */
export async function readHubAnswer(response: Response): Promise<unknown> {
  return cleaned(parseJson(await boundedText(response)), { isInLines: false, depth: 0 });
}

/** The same for a picture of a terminal: its colours stay, and the painter lets nothing else pass. */
export async function readHubPicture(response: Response): Promise<unknown> {
  return parseJson(await boundedText(response));
}

/** Undefined for what is no JSON: the caller says what it makes of that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Its type says nothing of what it is made of.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooMuch(`more than ${mostBytes / 1024 ** 2} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

type Place = { isInLines: boolean; depth: number };

function cleaned(value: unknown, { isInLines, depth }: Place): unknown {
  if (typeof value === "string") return isInLines ? linesOf(value) : lineOf(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= deepest) throw tooMuch("lists within lists without an end");
  if (Array.isArray(value)) {
    return value.map((one: unknown) => cleaned(one, { isInLines, depth: depth + 1 }));
  }
  // As entries, for an object of its own may be called __proto__.
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      lineOf(key),
      cleaned(one, { isInLines: isInLines || inLines.has(key), depth: depth + 1 }),
    ]),
  );
}

function linesOf(text: string): string {
  return untrustedText(text, { maxLength: longestText });
}

function lineOf(text: string): string {
  return untrustedText(text, { maxLength: longestLine }).replaceAll(/[\n\t]/g, " ");
}

function tooMuch(what: string): UserError {
  return new UserError(`Cannot take in what the hub answered: ${what}. Is it a thopter hub?`, {
    code: "unavailable",
  });
}
