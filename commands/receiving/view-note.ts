import { z } from "zod";

/** What a modal carries along: where it was asked for, and the note of the form itself. */
export type ViewNote = {
  words: string;
  channel?: string | undefined;
  thread?: string | undefined;
};

const written = z.object({
  words: z.string(),
  channel: z.string().optional(),
  thread: z.string().optional(),
});

export function writeNote(note: ViewNote): string {
  return JSON.stringify(note);
}

/** What is no note of ours is one without a place. */
export function noteOf(metadata: string): ViewNote {
  if (metadata.startsWith("{")) {
    const read = written.safeParse(parsed(metadata));
    if (read.success) return read.data;
  }
  return { words: metadata };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
