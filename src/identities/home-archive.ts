import { once } from "node:events";
import { createGunzip, createGzip } from "node:zlib";
import { pipeline, Readable } from "node:stream";
import { Header, Parser, Pax } from "tar";
import type { ReadEntry } from "tar";
import { UserError } from "../core/errors.ts";
import { createHomeEntries } from "../core/home-entries.ts";
import type { HomeEntry } from "../core/home-entries.ts";
import type { LeftOut } from "../core/home-exclusions.ts";
import { homeLimits } from "../core/identity.ts";
import type { PackedHome } from "../core/ports/identities.ts";
import { credentialsIn } from "./home-credentials.ts";
import { withoutHistory } from "./home-state.ts";

export type CleanHome = {
  archive: Buffer;
  bytes: number;
  entries: number;
  leftOut: { path: string; why: string }[];
  /** The values of well-known files of credentials in it. */
  secrets: string[];
};

/** All that an archive may unpack to, what is left out of it included. */
const mostUnpacked = 2 * homeLimits.bytes;
const block = 512;
const mostWaiting = 256 * 1024;
const mostSecrets = 500;
/** What the reader would unpack once more. */
const packedOnceMore: readonly string[] = ["1f8b", "28b52ffd"];

/**
 * Reads a packed home that nobody can trust, and packs anew what may be unpacked in a home: plain
 * files, directories and links that stay inside. What unpacks it later sees nothing but that.
 * Throws UserError for anything that could do harm.
 */
export async function cleanHome(archive: PackedHome, leftOut: LeftOut): Promise<CleanHome> {
  if (archive instanceof Uint8Array && archive.length > homeLimits.packedBytes) throw tooLarge();
  const entries = createHomeEntries(leftOut);
  const packer = createPacker();
  const secrets = new Set<string>();
  const add = async (one: Content): Promise<void> => {
    if (one.kind === "file" && secrets.size < mostSecrets) {
      for (const secret of credentialsIn(one.path, one.content)) secrets.add(secret);
    }
    await packer.add(one);
  };
  const reader = createReader((entry) => {
    const { path, type, linkpath: target, size, mode } = entry;
    return entries.admit({ path, type, target, size, mode });
  });
  try {
    for await (const chunk of unpacked(archive)) {
      for (const one of reader.read(chunk)) await add(one);
      // What comes after its end is nobody's.
      if (reader.isAtEnd()) break;
    }
    for (const one of reader.end()) await add(one);
  } catch (error) {
    packer.stop();
    if (error instanceof UserError) throw error;
    throw new UserError(
      "Cannot read the home: it is no archive of tar packed by gzip, or damaged.",
      {
        cause: error,
      },
    );
  }
  const clean = await packer.end();
  const facts = { ...entries.counts(), leftOut: entries.leftOut() };
  return { archive: clean, ...facts, secrets: [...secrets] };
}

/** Unpacks no more than an archive may hold. */
async function* unpacked(archive: PackedHome): AsyncGenerator<Buffer> {
  let bytes = 0;
  const source = archive instanceof Uint8Array ? [archive] : archive;
  // Whoever reads hears of what goes wrong, with what is read from as well.
  const gunzip = pipeline(
    Readable.from(source, { objectMode: false }),
    createGunzip(),
    () => undefined,
  );
  for await (const chunk of gunzip as AsyncIterable<Buffer>) {
    const begin = chunk.subarray(0, 4).toString("hex");
    if (bytes === 0 && packedOnceMore.some((magic) => begin.startsWith(magic))) {
      throw new UserError("Cannot read the home: its archive is packed twice.");
    }
    bytes += chunk.length;
    if (bytes > mostUnpacked) throw tooLarge();
    yield chunk;
  }
}

type Content = HomeEntry & { content: Buffer; mtime?: Date | undefined };

/** Answers with the entries that each chunk completes. */
function createReader(admit: (entry: ReadEntry) => HomeEntry[]): {
  read(chunk: Buffer): Content[];
  end(): Content[];
  isAtEnd(): boolean;
} {
  const parser = new Parser({ strict: true, maxDecompressionRatio: Infinity });
  let done: Content[] = [];
  let failure: unknown;
  const fail = (error: unknown): void => void (failure ??= error);
  let atEnd = false;
  parser.on("eof", () => void (atEnd = true));
  parser.on("error", fail);
  parser.on("ignoredEntry", ({ path }: ReadEntry) => fail(unknownKind(path)));
  parser.on("entry", (entry: ReadEntry) => {
    if (failure !== undefined) return entry.resume();
    try {
      collect(entry, admit(entry));
    } catch (error) {
      fail(error);
      entry.resume();
    }
  });

  function collect(entry: ReadEntry, admitted: HomeEntry[]): void {
    const last = admitted.at(-1);
    const chunks: Buffer[] = [];
    entry.on("data", (chunk) => void (last?.kind === "file" && chunks.push(chunk)));
    entry.on("end", () => {
      const content = Buffer.concat(chunks);
      if (last?.kind === "file" && content.length !== entry.size) fail(unknownKind(entry.path));
      for (const one of admitted) {
        const isEntry = one === last;
        done.push({ ...one, content: isEntry ? content : none, mtime: entry.mtime });
      }
    });
  }

  function take(): Content[] {
    // Whatever was thrown is passed on as it is.
    if (failure !== undefined) throw failure as Error;
    const taken = done;
    done = [];
    return taken;
  }

  return {
    read(chunk) {
      parser.write(chunk);
      return take();
    },
    end() {
      parser.end();
      return take();
    },
    isAtEnd: () => atEnd,
  };
}

const none = Buffer.alloc(0);
const types = {
  file: "File",
  directory: "Directory",
  link: "SymbolicLink",
  "hard link": "Link",
} as const;

function createPacker(): {
  add(entry: Content): Promise<void>;
  end(): Promise<Buffer>;
  stop(): void;
} {
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  const waiting: Buffer[] = [];
  let [bytes, waitingBytes] = [0, 0];
  gzip.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > homeLimits.packedBytes) gzip.destroy(tooLarge());
    else chunks.push(chunk);
  });
  const ended = once(gzip, "end");
  // Whoever adds or waits for the end hears of it.
  ended.catch(() => undefined);

  async function flush(): Promise<void> {
    if (gzip.errored !== null) throw gzip.errored;
    const data = Buffer.concat(waiting.splice(0));
    waitingBytes = 0;
    if (!gzip.write(data)) await Promise.race([once(gzip, "drain"), ended]);
  }

  return {
    async add(entry) {
      const content = entry.path === ".claude.json" ? withoutHistory(entry.content) : entry.content;
      const padding = Buffer.alloc((block - (content.length % block)) % block);
      waiting.push(headerOf(entry, content.length), content, padding);
      waitingBytes += content.length + block;
      // Many small writes would take long.
      if (waitingBytes >= mostWaiting) await flush();
    },
    async end() {
      await flush();
      gzip.end(Buffer.alloc(2 * block));
      await ended;
      return Buffer.concat(chunks);
    },
    stop: () => void gzip.destroy(),
  };
}

function headerOf({ kind, path, target, mode, mtime }: Content, size: number): Buffer {
  const facts = { path, size, mode, ...(target === undefined ? {} : { linkpath: target }) };
  const time = mtime === undefined ? {} : { mtime };
  const header = new Header({ ...facts, ...time, type: types[kind], uid: 0, gid: 0 });
  const needsPax = header.encode();
  if (header.block === undefined) throw new Error(`There is no header for "${path}"`);
  if (!needsPax) return header.block;
  const pax = new Pax({ path, ...(target === undefined ? {} : { linkpath: target }) });
  return Buffer.concat([pax.encode(), header.block]);
}

function unknownKind(path: string): UserError {
  return new UserError(
    `Cannot take "${path.slice(0, 200)}" into an identity: it is no file, directory or link.`,
  );
}

function tooLarge(): UserError {
  return new UserError(
    `Cannot take the home into an identity: it is larger than ${homeLimits.packedBytes / 1024 ** 2} MB packed, or unpacks to far more. Leave some of it out with --exclude.`,
  );
}
