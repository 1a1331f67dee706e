import { untrustedText } from "../../src/core/untrusted-text.ts";

/** Text from a thopter, fit to be shown, and whether something of it had to go. */
export function boundedText(
  text: string,
  maxLength: number,
  keep: "start" | "end",
): { text: string; truncated: boolean } {
  const whole = untrustedText(text, { maxLength: Number.MAX_SAFE_INTEGER });
  return { text: untrustedText(whole, { maxLength, keep }), truncated: whole.length > maxLength };
}
