import { LiquidError } from "liquidjs";
import { untrustedText } from "../core/untrusted-text.ts";
import { TooLongError } from "./liquid-engine.ts";
import type { Template } from "./template-file.ts";

/** What is wrong, and the text it is wrong in, if that is known. */
export type LiquidProblem = { message: string; line: number; input: string | undefined };

const place = /(?:, file:[^\n]*)?, line:\d+, col:\d+$/;
const limits: readonly (readonly [RegExp, string])[] = [
  [/^template render limit/, "it takes too long"],
  [/^memory alloc limit/, "it works with too much text"],
  [/^parse length limit/, "it is too long"],
  [/^Invalid string length|^Maximum call stack/, "it is nested too deeply, or makes too much text"],
];

/** What the engine threw, in words. Throws it again when it is no fault of a template. */
export function liquidProblem(error: unknown, known: readonly string[]): LiquidProblem {
  if (error instanceof RangeError) return { ...nowhere, message: wordsFor(error.message, known) };
  if (!LiquidError.is(error)) throw error;
  const { message, originalError, token } = error;
  const words = originalError instanceof TooLongError ? originalError.message : message;
  return {
    message: wordsFor(words.replace(place, ""), known),
    line: token.getPosition()[0] ?? 1,
    input: token.input,
  };
}

const nowhere = { line: 1, input: undefined };

function wordsFor(message: string, known: readonly string[]): string {
  const missing = /^undefined variable: (.*)$/s.exec(message)?.[1];
  if (missing !== undefined) return unknownVariable(missing, known);
  const [, limit] = limits.find(([pattern]) => pattern.test(message)) ?? [];
  return limit ?? untrustedText(message, { maxLength: 300 }).replaceAll(/\s+/g, " ");
}

/** That a variable does not exist, and which do. */
export function unknownVariable(name: string, known: readonly string[]): string {
  const shown = untrustedText(name, { maxLength: 100 }).replaceAll(/\s+/g, " ");
  return `there is no variable "${shown}"; there are ${known.slice(0, 60).join(", ")}`;
}

/** The template that the text is the body of. The engine does not say its name everywhere. */
export function holderOf(
  input: string | undefined,
  templates: readonly Template[],
): Template | undefined {
  return templates.find(({ body }) => body === input);
}
