import { statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";

/** Where a sandbox shows its machine's home. */
export const homeInside = "/home/thopter";

/** What a directory is, whatever its path: no sandbox can mount another one over its home. */
export type DirectoryIdentity = { device: bigint; inode: bigint };

export async function identify(directory: string): Promise<DirectoryIdentity | undefined> {
  try {
    const { dev, ino } = await stat(directory, { bigint: true });
    return { device: dev, inode: ino };
  } catch {
    // It is gone, or its process is, or it belongs to another user.
    return undefined;
  }
}

/** Whether this process still lives in the sandbox that has this home. */
export function livesIn(home: DirectoryIdentity, pid: number): boolean {
  try {
    const found = statSync(homeOf(pid), { bigint: true });
    return found.dev === home.device && found.ino === home.inode;
  } catch {
    // The process has ended.
    return false;
  }
}

/** All processes, from outside, that have this home for theirs. Zombies have none. */
export async function sandboxed(home: DirectoryIdentity): Promise<number[]> {
  return selectProcesses(async (pid) => {
    const found = await identify(homeOf(pid));
    return found?.device === home.device && found.inode === home.inode;
  });
}

/** Processes whose command line has these arguments one after another. */
export async function startedWith(args: readonly string[]): Promise<number[]> {
  const wanted = `\0${args.join("\0")}\0`;
  return selectProcesses(async (pid) => (await readProcess(pid, "cmdline")).includes(wanted));
}

export async function selectProcesses(
  isWanted: (pid: number) => Promise<boolean>,
): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const checked = pids.filter((pid) => pid !== process.pid);
  const wanted = await Promise.all(checked.map(isWanted));
  return checked.filter((_, index) => wanted[index] === true);
}

/** One of a process's files in /proc; empty when the process has ended or is another user's. */
export async function readProcess(
  pid: number,
  name: "cmdline" | "environ" | "stat" | "status",
): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}

/** The first fields of `/proc/<pid>/stat` behind the program's name, which may hold anything. */
export function statFields(line: string): {
  parent: string | undefined;
  group: string | undefined;
} {
  const [, parent, group] = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return { parent, group };
}

function homeOf(pid: number): string {
  return `/proc/${pid}/root${homeInside}`;
}
