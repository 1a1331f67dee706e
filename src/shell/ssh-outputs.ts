import type { Readable, Transform } from "node:stream";
import type { SshChannel } from "./ssh-channel.ts";
import type { StartWord } from "./ssh-command.ts";
import { createMarkedStream } from "./ssh-marked-stream.ts";
import { withResolvers } from "./with-resolvers.ts";

/** What a command says, without what its login shell said before. */
export type SshOutputs = {
  stdout: Readable;
  stderr: Readable;
  /** Resolves when the machine says how the start went; never when it does not. */
  started: Promise<void>;
  word(): StartWord | undefined;
  /** Resolves when both were read to the end, or destroyed. */
  read: Promise<unknown>;
  /** What came on stderr, or else on stdout, before the start. Untrusted text. */
  noise(): string;
  takeFrom(channel: SshChannel): void;
};

export function createSshOutputs(id: string, onTooMuchNoise: () => void): SshOutputs {
  const started = withResolvers<void>();
  let word: StartWord | undefined;
  const stdout = createMarkedStream(id, {
    word(said) {
      word = words.find((known) => known === said);
      started.resolve();
    },
    tooMuch: onTooMuchNoise,
  });
  const stderr = createMarkedStream(id, { word: () => undefined, tooMuch: onTooMuchNoise });
  return {
    stdout: stdout.stream,
    stderr: stderr.stream,
    started: started.promise,
    word: () => word,
    read: Promise.all([closeOf(stdout.stream), closeOf(stderr.stream)]),
    noise: () => stderr.noise().trim() || stdout.noise().trim(),
    takeFrom(channel) {
      channel.pipe(stdout.stream);
      channel.stderr.pipe(stderr.stream);
    },
  };
}

const words: StartWord[] = ["started", "no-directory", "no-program"];

function closeOf(stream: Transform): Promise<void> {
  return new Promise((resolve) => {
    stream.once("close", resolve);
    // Whoever reads it may destroy it with an error, which they know.
    stream.on("error", () => resolve());
  });
}
