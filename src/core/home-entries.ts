import { UserError } from "./errors.ts";
import type { LeftOut } from "./home-exclusions.ts";
import { homeLimits } from "./identity.ts";
import { untrustedText } from "./untrusted-text.ts";

/** An entry of an archive as it came. Nothing in it can be trusted. */
export type ArchiveEntry = {
  type: string;
  path: string;
  target?: string | undefined;
  size: number;
  mode?: number | undefined;
};

/** An entry that may be unpacked in a home. */
export type HomeEntry = {
  kind: "file" | "directory" | "link" | "hard link";
  path: string;
  /** Where a link leads, or the entry that a hard link is another name of. */
  target?: string;
  mode: number;
};

export type HomeEntries = {
  /**
   * What has to be there for an entry, outer directories first and the entry last; nothing where it
   * is left out. Throws UserError where unpacking it could do harm.
   */
  admit(entry: ArchiveEntry): HomeEntry[];
  counts(): { bytes: number; entries: number };
  /** What stayed behind and why, the first of them. */
  leftOut(): { path: string; why: string }[];
};

const mostNamed = 100;
const longestPath = 1000;
const fileTypes: readonly string[] = ["File", "OldFile", "ContiguousFile"];
const directoryTypes: readonly string[] = ["Directory", "GNUDumpDir"];

/** Judges the entries of one archive, in their order. */
export function createHomeEntries(leftOut: LeftOut): HomeEntries {
  /** What there is so far; a link that was left out counts, for what goes through it means harm. */
  const kinds = new Map<string, HomeEntry["kind"]>();
  const behind: { path: string; why: string }[] = [];
  let [bytes, entries] = [0, 0];

  function leave(path: string, why: string): HomeEntry[] {
    if (behind.length < mostNamed) behind.push({ path, why });
    return [];
  }

  function parentsOf(path: string): HomeEntry[] {
    const names = path.split("/").slice(0, -1);
    const paths = names.map((_name, index) => names.slice(0, index + 1).join("/"));
    return paths.flatMap((parent): HomeEntry[] => {
      const kind = kinds.get(parent);
      if (kind === "directory") return [];
      if (kind !== undefined) throw refused(path, `it goes through "${shown(parent)}", a ${kind}`);
      kinds.set(parent, "directory");
      return [{ kind: "directory", path: parent, mode: 0o700 }];
    });
  }

  function placed(entry: HomeEntry): HomeEntry[] {
    const { kind, path } = entry;
    const parents = parentsOf(path);
    const before = kinds.get(path);
    if (before !== undefined && (before !== "directory" || kind !== "directory")) {
      throw refused(path, "it is there twice");
    }
    kinds.set(path, kind);
    return [...parents, entry];
  }

  function judge({ type, target, mode = 0o600 }: ArchiveEntry, path: string): HomeEntry[] {
    // No bits that let others write, or run it as its owner.
    const rights = mode & 0o755;
    if (fileTypes.includes(type)) return placed({ kind: "file", path, mode: rights | 0o600 });
    if (directoryTypes.includes(type))
      return placed({ kind: "directory", path, mode: rights | 0o700 });
    if (type === "SymbolicLink") {
      const link = placed({ kind: "link", path, target: target ?? "", mode: 0o777 });
      return leadsOut(path, target ?? "") ? leave(path, "a link that leads out") : link;
    }
    if (type !== "Link") throw refused(path, "it is no file, directory or link");
    const first = cleanPath(target ?? "");
    if (leftOut(first) !== undefined) return leave(path, "another name of what is left out");
    if (kinds.get(first) !== "file")
      throw refused(path, "it is a hard link to no file of the home");
    return placed({ kind: "hard link", path, target: first, mode: rights | 0o600 });
  }

  return {
    admit(entry) {
      const path = cleanPath(entry.path);
      if (path === "") return [];
      const why = leftOut(path);
      if (why !== undefined) return leave(path, why);
      entries += 1;
      bytes += entry.size;
      if (entries > homeLimits.entries) throw tooMuch(`more than ${homeLimits.entries} entries`);
      if (bytes > homeLimits.bytes) throw tooMuch(`more than ${homeLimits.bytes / 1024 ** 2} MB`);
      return judge(entry, path);
    },
    counts: () => ({ bytes, entries }),
    leftOut: () => [...behind],
  };
}

/** A path below the home, without "./" and a "/" at its end; "" is the home itself. */
function cleanPath(path: string): string {
  if (path.startsWith("/") || path.includes("\\")) throw refused(path, "its path is absolute");
  const names = path.split("/").filter((name) => name !== "" && name !== ".");
  if (names.includes("..")) throw refused(path, 'its path holds ".."');
  if (path.length > longestPath) throw refused(path, "its path is too long");
  if (/[\p{Cc}\ufffd]/u.test(path)) throw refused(path, "its path holds control characters");
  return names.join("/");
}

/** Whether a link leads out of the home; ".." after a name would lead up from wherever that ends. */
export function leadsOut(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/") || /[\p{Cc}\ufffd]/u.test(target)) return true;
  const names = target.split("/").filter((name) => name !== "" && name !== ".");
  const firstName = names.findIndex((name) => name !== "..");
  const ups = firstName === -1 ? names.length : firstName;
  return ups >= path.split("/").length || names.slice(ups).includes("..");
}

function shown(path: string): string {
  return untrustedText(path, { maxLength: 200 });
}

function refused(path: string, why: string): UserError {
  return new UserError(
    `Cannot take "${shown(path)}" into an identity: ${why}. Leave it out with --exclude.`,
  );
}

function tooMuch(what: string): UserError {
  return new UserError(
    `Cannot take the home into an identity: it holds ${what}. Leave some of it out with --exclude.`,
  );
}
