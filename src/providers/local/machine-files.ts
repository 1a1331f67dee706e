import { lstat, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "../../core/system-error.ts";
import { syncDirectory, writeDurably } from "../../shell/durable-files.ts";
import { fileFailure } from "./file-failure.ts";
import { isMachineId, parseMachineRecord, type MachineRecord } from "./machine-record.ts";
import { ensurePrivate } from "./private-directory.ts";
import { removeTree } from "./remove-tree.ts";

/** Where the parts of one machine lie, outside of its sandbox. */
export type MachinePaths = {
  home: string;
  run: string;
  /** A passwd and a group file for its sandbox, which name nobody of this machine, and an empty file. */
  etc: string;
};

/** The directories of all machines. Nothing here reads what a machine's home holds. */
export type MachineFiles = {
  paths(machineId: string): MachinePaths;
  /** Makes the directory whole or not at all. */
  create(record: MachineRecord, signal: AbortSignal): Promise<void>;
  /** Throws ProviderError when the record is damaged. */
  read(machineId: string): Promise<MachineRecord | undefined>;
  /** All records that can be read. */
  list(): Promise<MachineRecord[]>;
  write(record: MachineRecord): Promise<void>;
  /** Makes the directory for run-time files where it is missing. */
  ensureRun(machineId: string): Promise<void>;
  /** Removes what a machine keeps only while it runs. */
  clearRun(machineId: string, signal: AbortSignal): Promise<void>;
  /** Removes all of a machine, and what an earlier removal left of it. */
  remove(machineId: string, signal: AbortSignal): Promise<void>;
  /** Removes what a hub left that died while it made machines or removed them. */
  sweep(signal: AbortSignal): Promise<void>;
};

export type MachineFilesOptions = { directory: string; runOf: (machineId: string) => string };

export function createMachineFiles({ directory, runOf }: MachineFilesOptions): MachineFiles {
  const staging = join(directory, ".new");
  const trash = join(directory, ".trash");
  const rootOf = (machineId: string): string => join(directory, machineId);
  /** Found once: what this hub makes itself is never among it, however often a removal is tried. */
  let leftOver: Set<string> | undefined;

  async function read(machineId: string): Promise<MachineRecord | undefined> {
    // Any other id could lead out of the directory.
    if (!isMachineId(machineId)) return undefined;
    try {
      return parseMachineRecord(await readFile(join(rootOf(machineId), recordName), "utf8"));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw fileFailure(`read the record of machine "${machineId}"`, directory, error);
    }
  }

  async function namesOfMachines(): Promise<string[]> {
    try {
      return (await readdir(directory)).filter(isMachineId);
    } catch (error) {
      if (isMissing(error)) return [];
      throw fileFailure("list the machines", directory, error);
    }
  }

  return {
    paths: (machineId) => ({
      home: join(rootOf(machineId), "home"),
      run: runOf(machineId),
      etc: join(rootOf(machineId), "etc"),
    }),
    async create(record, signal) {
      // The trash is made now, while there is room: a destroy on a full disk needs it.
      for (const place of [staging, trash]) await mkdir(place, { recursive: true, mode: 0o700 });
      const unfinished = join(staging, record.id);
      await removeTree(unfinished, signal);
      await fill(unfinished, record);
      await rename(unfinished, rootOf(record.id));
      await syncDirectory(directory);
    },
    read,
    async list() {
      // One damaged record must not hide all others; `read` tells of it to who asks for it.
      const reads = (await namesOfMachines()).map((id) => read(id).catch(() => undefined));
      return (await Promise.all(reads)).filter((record) => record !== undefined);
    },
    write: (record) => writeDurably(join(rootOf(record.id), recordName), JSON.stringify(record)),
    ensureRun: (machineId) => ensurePrivate(runOf(machineId)),
    clearRun: (machineId, signal) => removeTree(runOf(machineId), signal),
    async remove(machineId, signal) {
      const discarded = join(trash, machineId);
      await removeTree(discarded, signal);
      await removeTree(runOf(machineId), signal);
      if (!(await exists(rootOf(machineId)))) return;
      // From here on it is no machine any more, whatever becomes of the removal.
      await mkdir(trash, { recursive: true, mode: 0o700 });
      await rename(rootOf(machineId), discarded);
      await removeTree(discarded, signal);
    },
    async sweep(signal) {
      leftOver ??= new Set([...(await pathsIn(staging)), ...(await pathsIn(trash))]);
      for (const path of leftOver) {
        await removeTree(path, signal);
        leftOver.delete(path);
      }
    },
  };
}

const recordName = "machine.json";
/** Lies in `etc`, to be shown in place of files that a sandbox must not read. */
export const emptyName = "empty";

const accounts = {
  passwd: [
    "root:x:0:0:root:/root:/usr/sbin/nologin",
    "thopter:x:1000:1000:thopter:/home/thopter:/bin/bash",
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
  ],
  group: ["root:x:0:", "tty:x:5:", "thopter:x:1000:", "nogroup:x:65534:"],
};

async function fill(root: string, record: MachineRecord): Promise<void> {
  await mkdir(root, { mode: 0o700 });
  await mkdir(join(root, "home"), { mode: 0o700 });
  await mkdir(join(root, "etc"), { mode: 0o700 });
  for (const [name, lines] of Object.entries(accounts)) {
    await writeFile(join(root, "etc", name), `${lines.join("\n")}\n`);
  }
  await writeFile(join(root, "etc", emptyName), "");
  await writeDurably(join(root, recordName), JSON.stringify(record));
}

async function pathsIn(place: string): Promise<string[]> {
  try {
    return (await readdir(place)).map((name) => join(place, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Whether something has this name; a symlink counts as itself. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
