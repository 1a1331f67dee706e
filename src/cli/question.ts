import { createInterface } from "node:readline/promises";
import { CommandFailed, exitCodes } from "./command.ts";

type Seat = {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stderr: NodeJS.WritableStream;
  signal: AbortSignal;
};

/**
 * Asks whoever is at the terminal: undefined when nobody is, empty when they leave with Ctrl-D.
 * Throws CommandFailed on Ctrl-C.
 */
export async function askAt(seat: Seat, question: string): Promise<string | undefined> {
  const { stdin, stderr, signal } = seat;
  if (stdin.isTTY !== true) return undefined;
  const reader = createInterface({ input: stdin, output: stderr });
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
    if (reply === undefined) stderr.write("\n");
    reader.close();
  }
}
