import { ProviderError } from "../core/errors.ts";
import type { AgentSession } from "../core/ports/agent.ts";
import { reasonOf } from "./words.ts";

/** Where a repository's own files are read, and until when. */
export type Source = {
  session: Pick<AgentSession, "shell" | "repositoryPath">;
  baseCommit: string;
  signal: AbortSignal;
};

/** A file or folder as a commit has it. */
export type Entry = { mode: string; kind: string; id: string; size: number; path: string };

const command = [
  ...["git", "--no-pager", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false"],
  ...["-c", "core.commitGraph=false"],
];

const env = {
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  GIT_ALLOW_PROTOCOL: "none",
};

/** Reads the objects of a clone with git, and never its working tree. `what` it reads is for messages. */
export function createBaseReader(
  { session: { shell, repositoryPath }, baseCommit, signal }: Source,
  { what, maxBytes }: { what: string; maxBytes: number },
) {
  async function read(args: readonly string[], stdin?: string): Promise<Uint8Array> {
    const result = await shell.run([...command, ...args], {
      cwd: repositoryPath,
      env,
      timeoutMs: 60_000,
      maxOutputBytes: maxBytes,
      signal,
      ...(stdin === undefined ? {} : { stdin }),
    });
    if (result.exitCode === 0) return result.stdout;
    const words = reasonOf(new TextDecoder().decode(result.stderr));
    throw new ProviderError(`Cannot read ${what}: ${words}`, { kind: "permanent" });
  }

  return {
    /** What the commit has at a path; all that is below it where that is a folder and `deep`. */
    async list(path: string, { deep = false } = {}): Promise<Entry[]> {
      const tree = await read(["ls-tree", deep ? "-rlz" : "-lz", baseCommit, "--", path]);
      return new TextDecoder()
        .decode(tree)
        .split("\0")
        .flatMap((line) => entryOf(line) ?? []);
    },
    blob: (id: string): Promise<Uint8Array> => read(["cat-file", "blob", id]),
    /** Several blobs by one command, in this order. */
    async blobs(ids: readonly string[]): Promise<Uint8Array[]> {
      if (ids.length === 0) return [];
      return unbatch(await read(["cat-file", "--batch"], `${ids.join("\n")}\n`), ids);
    },
  };
}

/** Whether it is a file, and neither a link nor a module. */
export function isPlainFile({ mode, kind }: Entry): boolean {
  return kind === "blob" && /^100\d{3}$/.test(mode);
}

function entryOf(line: string): Entry | undefined {
  const [, mode, kind, id, size, path] =
    /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line) ?? [];
  if (mode === undefined || kind === undefined || id === undefined || path === undefined)
    return undefined;
  return { mode, kind, id, size: Number(size), path };
}

/** Each is a line "<id> blob <size>", that many bytes, and a newline. */
function unbatch(bytes: Uint8Array, ids: readonly string[]): Uint8Array[] {
  let at = 0;
  return ids.map((id) => {
    const end = bytes.indexOf(10, at);
    const head = new TextDecoder().decode(bytes.subarray(at, Math.max(at, end)));
    const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(size) || bytes.length < end + 1 + size)
      throw new ProviderError(`Cannot read the object ${id} of the clone`, { kind: "permanent" });
    at = end + 1 + size + 1;
    return bytes.subarray(end + 1, end + 1 + size);
  });
}
