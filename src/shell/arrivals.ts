import type { Stats } from "node:fs";
import { chmod, lstat, mkdtemp, readdir, readlink, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { ProviderError } from "../core/errors.ts";
import { isMissing } from "../core/system-error.ts";
import { untrustedText } from "../core/untrusted-text.ts";

export type Arrival = {
  /** For the error's words, like `get "a" into "b"`. */
  what: string;
  directory: string;
  maxBytes: number;
};

/**
 * Lets `fill` write what another machine sent into a private directory, checks it without following
 * anything, and only then moves it into place: files, directories, and links that stay inside.
 */
export async function receiveInto(
  arrival: Arrival,
  fill: (staging: string) => Promise<void>,
): Promise<void> {
  // Inside the target, since a rename cannot leave the file system.
  const staging = await mkdtemp(join(arrival.directory, ".arriving-"));
  try {
    await fill(staging);
    const from = asBytes(staging);
    const modes = await openDirectories(from);
    await checkEntries(arrival, from, [...modes.keys()]);
    await moveIntoPlace(from, asBytes(arrival.directory), { modes, what: arrival.what });
  } finally {
    await openDirectories(asBytes(staging));
    await rm(staging, { recursive: true, force: true });
  }
}

/**
 * Makes every directory below readable and writable for its owner, and answers with the modes they
 * came with: outer ones first, the root as "".
 */
async function openDirectories(root: string): Promise<Map<string, number>> {
  const modes = new Map<string, number>();
  const pending = [""];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const full = below(root, path);
    const { mode } = await lstat(full);
    modes.set(path, mode & 0o777);
    await chmod(full, (mode & 0o777) | 0o700);
    for (const entry of await readdir(full, { encoding: "latin1", withFileTypes: true })) {
      if (entry.isDirectory()) pending.push(inside(path, entry.name));
    }
  }
  return modes;
}

async function checkEntries(
  arrival: Arrival,
  root: string,
  directories: readonly string[],
): Promise<void> {
  const hardLinks = new Map<number, { path: string; missing: number }>();
  let bytes = 0;
  for (const directory of directories) {
    for (const name of await readdir(below(root, directory), { encoding: "latin1" })) {
      const path = inside(directory, name);
      const entry = await lstat(below(root, path));
      await checkKind(arrival, { root, path, entry });
      if (!entry.isFile()) continue;
      const known = hardLinks.get(entry.ino);
      if (known === undefined) bytes += entry.size;
      if (bytes > arrival.maxBytes) throw tooLarge(arrival);
      const missing = (known?.missing ?? entry.nlink) - 1;
      if (entry.nlink > 1) hardLinks.set(entry.ino, { path, missing });
    }
  }
  for (const { path, missing } of hardLinks.values()) {
    if (missing > 0) throw refused(arrival.what, path, "is a hard link to a file elsewhere");
  }
}

async function checkKind(
  arrival: Arrival,
  { root, path, entry }: { root: string; path: string; entry: Stats },
): Promise<void> {
  if (entry.isDirectory()) return;
  if (entry.isSymbolicLink()) {
    const target = await readlink(below(root, path), { encoding: "latin1" });
    if (!staysInside(path, target)) throw refused(arrival.what, path, "is a link that leads out");
  } else if (!entry.isFile()) {
    throw refused(arrival.what, path, "is neither a file, a directory nor a link");
  } else if ((entry.mode & 0o7000) !== 0) {
    // Nobody here shall run it as its owner.
    await chmod(below(root, path), entry.mode & 0o777);
  }
}

// Names may lead through other links, which are checked as well; but `..` after a name would lead
// up from wherever such a link ends, so it may only stand in front.
function staysInside(path: string, target: string): boolean {
  if (target.startsWith("/")) return false;
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const firstName = parts.findIndex((part) => part !== "..");
  const ups = firstName === -1 ? parts.length : firstName;
  return ups <= path.split("/").length - 1 && !parts.slice(ups).includes("..");
}

/** Directories that are there already are filled and keep their mode; files and links are replaced. */
async function moveIntoPlace(
  from: string,
  to: string,
  { modes, what }: { modes: ReadonlyMap<string, number>; what: string },
): Promise<void> {
  const merged = new Set([""]);

  async function move(path: string): Promise<void> {
    const isDirectory = modes.has(path);
    const there = await lstatIfThere(below(to, path));
    if (there?.isDirectory() === true) {
      if (!isDirectory) throw refused(what, path, "is a directory here and none there");
      merged.add(path);
      return;
    }
    if (there !== undefined && isDirectory) await unlink(below(to, path));
    await rename(below(from, path), below(to, path));
  }

  for (const directory of modes.keys()) {
    // The others moved with the directory that holds them.
    if (!merged.has(directory)) continue;
    for (const name of await readdir(below(from, directory), { encoding: "latin1" })) {
      await move(inside(directory, name));
    }
  }
  for (const [path, mode] of [...modes].toReversed()) {
    if (!merged.has(path)) await chmod(below(to, path), mode);
  }
}

async function lstatIfThere(path: Buffer): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

// A name is bytes that need not be UTF-8: here each is one character of a latin1 string.
function asBytes(path: string): string {
  return Buffer.from(path).toString("latin1");
}

function below(root: string, path: string): Buffer {
  return Buffer.from(path === "" ? root : `${root}/${path}`, "latin1");
}

function inside(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

function tooLarge({ what, maxBytes }: Arrival): ProviderError {
  return new ProviderError(`Cannot ${what}: it is larger than ${maxBytes} bytes`, {
    kind: "permanent",
  });
}

function refused(what: string, path: string, reason: string): ProviderError {
  const name = untrustedText(Buffer.from(path, "latin1").toString(), { maxLength: 200 });
  return new ProviderError(`Cannot ${what}: "${name}" ${reason}`, { kind: "permanent" });
}
