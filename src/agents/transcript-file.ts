import { ProviderError } from "../core/errors.ts";
import type { AgentSession, TranscriptEntry, TranscriptPage } from "../core/ports/agent.ts";
import type { RunResult } from "../core/ports/shell.ts";
import { shownLength } from "../core/transcript-text.ts";
import { whyFailed } from "../shell/run-failure.ts";

/** A file of an agent's conversation, a line of JSON for each thing that happened, of which a window is read at a time. */
export type TranscriptFile = {
  /** What stands before the byte `end`, or at the file's end, and the byte that it starts at. */
  readBefore(end: number | undefined, signal: AbortSignal): Promise<Window>;
};

export type Window = { start: number; bytes: Uint8Array };

const windowBytes = 512 * 1024;
/** So much is read for one page, whatever stands there. */
const mostWindows = 8;
const limits = { timeoutMs: 15_000, maxOutputBytes: windowBytes + 1024 };
const newline = 10;

// An agent may put anything under the name: only a plain file in a plain place is read, and of that a part.
const readWindow = `
[ "$(cd -- "\${1%/*}" 2>/dev/null && pwd -P)" = "\${1%/*}" ] || exit 0
[ -f "$1" ] && [ ! -L "$1" ] || exit 0
size=$(wc -c <"$1") || exit 1
end=$2
if [ "$end" -lt 0 ] || [ "$end" -gt "$size" ]; then end=$size; fi
start=$((end > $3 ? end - $3 : 0))
echo "$start"
tail -c "+$((start + 1))" "$1" | head -c "$((end - start))"`;

/** Opens the file at an absolute path without links in it. */
export function openTranscript(
  { shell }: Pick<AgentSession, "shell">,
  path: string,
): TranscriptFile {
  return {
    async readBefore(end, signal) {
      const args = [path, String(end ?? -1), String(windowBytes)];
      const result = await shell.run(["sh", "-c", readWindow, "sh", ...args], {
        ...limits,
        signal,
      });
      if (result.exitCode !== 0) throw unreadable(result);
      const head = result.stdout.indexOf(newline);
      if (head === -1) return { start: 0, bytes: new Uint8Array() };
      const start = Number(new TextDecoder().decode(result.stdout.subarray(0, head)));
      return { start, bytes: result.stdout.subarray(head + 1) };
    },
  };
}

type PageRequest = {
  /** The byte that the page ends before; the end of the file when absent. */
  end: number | undefined;
  maxBytes: number;
  maxEntries: number;
  /** What a line says; nothing where it makes no sense. */
  parse(line: string): TranscriptEntry[];
};

/** The newest entries before a byte, and the byte that the page before ends at. */
export async function readPage(
  file: TranscriptFile,
  request: PageRequest,
  signal: AbortSignal,
): Promise<Pick<TranscriptPage, "entries"> & { before?: number }> {
  const entries: TranscriptEntry[] = [];
  let room = request.maxBytes;
  let { end } = request;
  for (let windows = 0; windows < mostWindows; windows += 1) {
    const window = await file.readBefore(end, signal);
    const lines = linesOf(window);
    for (const { text, start } of lines.toReversed()) {
      const said = request.parse(text);
      const needed = said.reduce((sum, entry) => sum + shownLength(entry), 0);
      const isFull = needed > room || entries.length + said.length > request.maxEntries;
      if (isFull && said.length > 0 && entries.length > 0) return pageOf(entries, end);
      entries.unshift(...said);
      room -= needed;
      end = start;
    }
    if (window.start === 0) return { entries };
    // A line that is longer than a window is passed over.
    if (lines.length === 0) end = window.start;
  }
  return pageOf(entries, end);
}

function pageOf(entries: TranscriptEntry[], before: number | undefined) {
  return { entries, ...(before !== undefined && { before }) };
}

/** The lines that begin in a window. */
function linesOf({ start, bytes }: Window): { text: string; start: number }[] {
  const lines: { text: string; start: number }[] = [];
  // What begins before the window is no whole line.
  let at = start === 0 ? 0 : bytes.indexOf(newline) + 1;
  if (start > 0 && at === 0) return lines;
  while (at < bytes.length) {
    const found = bytes.indexOf(newline, at);
    const end = found === -1 ? bytes.length : found;
    lines.push({ text: new TextDecoder().decode(bytes.subarray(at, end)), start: start + at });
    at = end + 1;
  }
  return lines;
}

function unreadable(result: RunResult): ProviderError {
  // Its words may hold names that the agent chose: they are for the log alone.
  const cause = new Error(whyFailed(result));
  return new ProviderError("Cannot read the agent's conversation: its machine refuses", {
    kind: "transient",
    cause,
  });
}
