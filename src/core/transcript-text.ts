import type { TranscriptEntry, TranscriptRole } from "./ports/agent.ts";

/** What of a tool is shown, in UTF-16 units; of persons and agents, as much as a page has. */
export const longestToolText = 600;

/** Entries as text. Only who said it stands at the start of a line, so that no entry can pretend to be several. */
export function transcriptText(entries: readonly TranscriptEntry[]): string {
  return entries.map(entryText).join("");
}

function entryText({ at, role, text }: TranscriptEntry): string {
  const when = at === undefined ? "" : ` (${timeText(at)})`;
  const lines = text.trim().split("\n");
  return `${role}${when}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** "2026-11-21 18:40 UTC". */
function timeText(at: number): string {
  // oxlint-disable-next-line no-restricted-globals -- it writes a time that came in
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** How much of a page an entry takes. */
export function shownLength({ role, text }: { role: TranscriptRole; text: string }): number {
  return role === "tool" ? Math.min(text.length, longestToolText) : text.length;
}
