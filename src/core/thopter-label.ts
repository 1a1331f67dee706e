import { UserError } from "./errors.ts";
import { untrustedText } from "./untrusted-text.ts";

const labelPattern = /^[a-z0-9][a-z0-9:._/-]{0,59}$/i;
const mostLabels = 20;

/** Labels as a thopter carries them, each once. Throws UserError. */
export function parseLabels(labels: readonly string[]): string[] {
  const unlike = [...new Set(labels)];
  if (unlike.length > mostLabels) {
    throw new UserError(`Cannot use ${unlike.length} labels: ${mostLabels} are the most.`);
  }
  const bad = unlike.find((label) => !labelPattern.test(label));
  if (bad === undefined) return unlike;
  throw new UserError(
    `Cannot use the label "${untrustedText(bad, { maxLength: 60 })}": a label is letters, digits and ":._/-", begins with a letter or digit, and has at most 60 characters.`,
  );
}
