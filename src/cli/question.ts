import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CommandFailed, exitCodes } from "./command.ts";

type Seat = {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream;
  signal: AbortSignal;
};

/**
 * Asks whoever is at the terminal: undefined when nobody is, empty when they leave with Ctrl-D. What
 * they type does not show where it is hidden.
 * Throws CommandFailed on Ctrl-C.
 */
export async function askAt(
  seat: Seat,
  question: string,
  { hidden = false } = {},
): Promise<string | undefined> {
  const { stdin, stderr, signal } = seat;
  if (stdin.isTTY !== true) return undefined;
  if (hidden) stderr.write(question);
  // A line that is read as at a terminal is not echoed by it, and nowhere is where it is drawn.
  const reader = hidden
    ? createInterface({ input: stdin, output: nowhere(), terminal: true })
    : createInterface({ input: stdin, output: stderr });
  const left = new Promise<undefined>((resolve, reject) => {
    // The terminal sends no signal while a line is read.
    reader.once("SIGINT", () => reject(new CommandFailed("Interrupted.", exitCodes.interrupted)));
    reader.once("close", () => resolve(undefined));
  });
  const answered = reader.question(question, { signal }).catch((error: unknown) => {
    // Some versions of Node tell of Ctrl-D in this way too.
    if (!signal.aborted && error instanceof Error && error.name === "AbortError") return undefined;
    throw error;
  });
  let reply: string | undefined;
  try {
    reply = await Promise.race([answered, left]);
    return reply ?? "";
  } finally {
    // Without an answer the cursor still stands behind the question.
    if (hidden || reply === undefined) stderr.write("\n");
    reader.close();
  }
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
