import { messageOf } from "../core/errors.ts";
import { untrustedText } from "../core/untrusted-text.ts";

/** Why something failed, in one line that fits into a note. */
export function reasonOf(error: unknown): string {
  const message = messageOf(error);
  const line = message.replaceAll(/\s+/g, " ").trim();
  return untrustedText(line, { maxLength: 300 }).replace(/\.$/, "");
}

/** "3 commits and 1 file". */
export function countWork({ commits, files }: { commits: number; files: number }): string {
  const parts = [count(commits, "commit"), count(files, "file")].filter((part) => part !== "");
  return parts.join(" and ");
}

function count(number: number, what: string): string {
  if (number === 0) return "";
  return number === 1 ? `1 ${what}` : `${number} ${what}s`;
}
