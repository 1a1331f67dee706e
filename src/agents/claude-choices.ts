import { stripControls, untrustedText } from "../core/untrusted-text.ts";

/** The choices of a question as they may be shown, and what has to be said of them beside. */
export type ShownChoices = { choices: string[]; notes: string[] };

const longestChoice = 200;
const suffixLength = 20;

/**
 * Makes labels fit to be shown and told apart: what is too long is cut, and whole in a note; where
 * nothing that can be shown tells two apart, their numbers do.
 */
export function showChoices(labels: readonly string[]): ShownChoices {
  const clean = labels.map((label) => {
    const line = stripControls(label).replaceAll(/\s+/g, " ").trim();
    return untrustedText(line, { maxLength: line.length });
  });
  const choices = clean.map((label, index) => {
    const isAlone = label !== "" && clean.filter((other) => other === label).length === 1;
    if (isAlone) return untrustedText(label, { maxLength: longestChoice });
    const begun = untrustedText(label, { maxLength: longestChoice - suffixLength });
    return `${begun} (choice ${index + 1})`.trim();
  });
  const notes = labels.flatMap((label, index) => {
    const whole = clean[index] ?? "";
    if (whole.length > longestChoice) return [`${index + 1}. ${whole}`];
    const hides = whole !== label.replaceAll(/\s+/g, " ").trim();
    return hides ? [`(${index + 1} holds signs that cannot be shown)`] : [];
  });
  // A label may be called like one that was told apart.
  const isDistinct = new Set(choices).size === choices.length;
  return { choices: isDistinct ? choices : labels.map((_, index) => `Choice ${index + 1}`), notes };
}
