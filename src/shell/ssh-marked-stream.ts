import { Transform } from "node:stream";

/** What a login shell's start files may say at most before the command starts. */
const longestNoise = 64 * 1024;

export type MarkedStream = {
  stream: Transform;
  /** What came instead of the mark. Untrusted text. */
  noise(): string;
};

/**
 * Lets through what comes after the line `<mark> <word>`, unchanged, and reports the word. What the
 * login shell said before it is dropped.
 */
export function createMarkedStream(
  mark: string,
  on: { word: (word: string) => void; tooMuch: () => void },
): MarkedStream {
  const wanted = Buffer.from(`${mark} `);
  let head: Buffer | undefined = Buffer.alloc(0);

  /** What follows the mark in `bytes`; undefined when it has not come. */
  function afterMark(bytes: Buffer): Buffer | undefined {
    const at = bytes.indexOf(wanted);
    const end = at === -1 ? -1 : bytes.indexOf("\n", at);
    if (end === -1) return undefined;
    on.word(bytes.toString("latin1", at + wanted.length, end));
    return bytes.subarray(end + 1);
  }

  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (head === undefined) {
        done(null, chunk);
        return;
      }
      const bytes = Buffer.concat([head, chunk]);
      const rest = afterMark(bytes);
      head = rest === undefined ? bytes.subarray(0, longestNoise) : undefined;
      if (bytes.length > longestNoise && rest === undefined) on.tooMuch();
      done(null, rest !== undefined && rest.length > 0 ? rest : undefined);
    },
  });
  return { stream, noise: () => head?.toString() ?? "" };
}
