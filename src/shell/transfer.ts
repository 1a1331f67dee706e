import { mkdir, readdir, stat } from "node:fs/promises";
import { basename, dirname, posix } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { messageOf, ProviderError } from "../core/errors.ts";
import type { Shell, TransferOptions } from "../core/ports/shell.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import { receiveInto } from "./arrivals.ts";
import { asError } from "./as-error.ts";
import { collectOutput, lastWords } from "./output.ts";
import type { ProgramLimits } from "./program-limits.ts";
import { startProgram, type Program, type ProgramRequest } from "./program.ts";

/** Starts a program on the other machine, which shows here as a local one. */
export type StartThere = (
  argv: readonly string[],
  options: ProgramLimits & { stdin?: ProgramRequest["stdin"] },
) => Program;

const usualMaxBytes = 2 * 1024 ** 3;

// With the modes, and owned by who unpacks.
const unpackInto = ["-xpof", "-", "-C"];

// Never the machine's own PATH: an agent may have put a program named tar there.
const hereEnv = {
  PATH: "/usr/local/bin:/usr/bin:/bin:/run/current-system/sw/bin",
  LC_ALL: "C",
};

/** Moves files as a stream between the tar of this machine and the tar of the other. */
export function createTransfers(startThere: StartThere): Pick<Shell, "put" | "get"> {
  const startHere: StartThere = (argv, { stdin, ...limits }) =>
    startProgram({ argv, cwd: "/", env: hereEnv, stdin, limits });

  async function runThere(argv: readonly string[], options: TransferOptions): Promise<number> {
    const { exitCode } = await collectOutput(startThere(argv, options), {});
    return exitCode;
  }

  async function put(
    localPath: string,
    remoteDirectory: string,
    options: TransferOptions,
  ): Promise<void> {
    const what = `put "${localPath}" into "${remoteDirectory}"`;
    const made = await runThere(["mkdir", "-p", "--", remoteDirectory], options);
    if (made !== 0) throw refused(what, `the directory cannot be made (mkdir ended with ${made})`);
    const { directory, names, follow } = await contentsOf(localPath, what);
    if (names.length === 0) return;
    const pack = startHere(
      ["tar", "-c", ...follow, "-f", "-", "-C", directory, "--null", "-T", "-"],
      { ...limitsOf(options), stdin: names.map((name) => `./${name}\0`).join("") },
    );
    await stream({ what, maxBytes: options.maxBytes ?? usualMaxBytes }, pack, (stdin) =>
      startThere(["tar", ...unpackInto, remoteDirectory], { ...limitsOf(options), stdin }),
    );
  }

  async function get(
    remotePath: string,
    localDirectory: string,
    options: TransferOptions,
  ): Promise<void> {
    const what = `get "${remotePath}" into "${localDirectory}"`;
    const isDirectory = (await runThere(["test", "-d", remotePath], options)) === 0;
    const from = isDirectory
      ? ["-f", "-", "-C", remotePath, "."]
      : ["-hf", "-", "-C", posix.dirname(remotePath), `./${posix.basename(remotePath)}`];
    await mkdir(localDirectory, { recursive: true });
    const maxBytes = options.maxBytes ?? usualMaxBytes;
    await receiveInto({ what, directory: localDirectory, maxBytes }, async (staging) => {
      const pack = startThere(["tar", "-c", ...from], limitsOf(options));
      await stream({ what, maxBytes }, pack, (stdin) =>
        startHere(["tar", ...unpackInto, staging], { ...limitsOf(options), stdin }),
      );
    });
  }

  return { put, get };
}

function limitsOf(options: TransferOptions): ProgramLimits {
  return { timeoutMs: options.timeoutMs, signal: options.signal };
}

async function contentsOf(
  localPath: string,
  what: string,
): Promise<{ directory: string; names: string[]; follow: string[] }> {
  try {
    const found = await stat(localPath);
    if (found.isDirectory()) {
      return { directory: localPath, names: await readdir(localPath), follow: [] };
    }
    // A file that is reached by a link is copied, not the link.
    return { directory: dirname(localPath), names: [basename(localPath)], follow: ["-h"] };
  } catch (error) {
    throw refused(what, messageOf(error), error);
  }
}

async function stream(
  { what, maxBytes }: { what: string; maxBytes: number },
  pack: Program,
  startUnpack: (stdin: Transform) => Program,
): Promise<void> {
  const meter = createMeter(what, maxBytes);
  const packWords = lastWords(pack);
  const flow = pipeline(pack.stdout, meter);
  flow.catch((error: unknown) => pack.end(asError(error)));
  const unpack = await startTaker(pack, () => startUnpack(meter));
  const unpackWords = lastWords(unpack);
  unpack.stdout.resume();
  const unpacked = unpack.finished.then((exitCode) => check(what, exitCode, unpackWords()));
  // Nobody needs the rest of an archive that cannot be unpacked.
  unpacked.catch((error: unknown) => {
    if (!meter.writableFinished) pack.end(asError(error));
  });
  const packed = pack.finished.then((exitCode) => check(what, exitCode, packWords()));
  const ends = await Promise.allSettled([packed, unpacked, flow]);
  for (const end of ends) {
    if (end.status === "rejected") throw end.reason;
  }
}

/** Starts what takes from `pack`; when it cannot be started, ends `pack` first. */
async function startTaker<T>(pack: Program, start: () => T): Promise<T> {
  try {
    return start();
  } catch (error) {
    pack.end(asError(error));
    await Promise.allSettled([pack.finished]);
    throw error;
  }
}

function createMeter(what: string, maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) done(null, chunk);
      else done(refused(what, `it is larger than ${maxBytes} bytes`));
    },
  });
}

function check(what: string, exitCode: number, words: string): void {
  // GNU tar's 1 for a file that grew while it was read: the copy is as good as any.
  if (exitCode === 0 || (exitCode === 1 && /file changed as we read it/.test(words))) return;
  const said = untrustedText(words, { maxLength: 500, keep: "end" });
  throw refused(what, said === "" ? `tar ended with ${exitCode}` : said);
}

function refused(what: string, reason: string, cause?: unknown): ProviderError {
  return new ProviderError(`Cannot ${what}: ${reason}`, { kind: "permanent", cause });
}
