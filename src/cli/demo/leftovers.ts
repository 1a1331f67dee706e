import { execFile } from "node:child_process";
import { readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemCodeOf } from "../../core/system-error.ts";

const run = promisify(execFile);

/** Processes that were started with, live in, or have mounted anything below a directory. */
export async function processesOf(directory: string): Promise<string[]> {
  const found =
    process.platform === "linux" ? await searchProc(directory) : await searchPs(directory);
  return found.filter((pid) => pid !== String(process.pid));
}

async function searchProc(directory: string): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => ((await mentions(pid, directory)) ? [pid] : [])),
  );
  return found.flat();
}

async function mentions(pid: string, directory: string): Promise<boolean> {
  const texts = await Promise.all([
    readGone(() => readFile(`/proc/${pid}/cmdline`, "utf8")),
    readGone(() => readFile(`/proc/${pid}/environ`, "utf8")),
    readGone(() => readFile(`/proc/${pid}/mountinfo`, "utf8")),
    readGone(() => readlink(`/proc/${pid}/cwd`)),
  ]);
  return texts.some((text) => text.includes(directory));
}

const endings = ["ENOENT", "ESRCH", "EACCES", "EPERM", "EINVAL"];

/** A process may end while it is looked at, and another user's cannot be looked into. */
async function readGone(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    if (endings.includes(systemCodeOf(error) ?? "")) return "";
    throw error;
  }
}

async function searchPs(directory: string): Promise<string[]> {
  const { stdout } = await run("ps", ["-axww", "-o", "pid=,args="]);
  return stdout
    .split("\n")
    .filter((line) => line.includes(directory))
    .flatMap((line) => /^\s*(\d+)/.exec(line)?.[1] ?? []);
}

/** The machines that the local provider keeps in a data directory. */
export async function machinesIn(dataDirectory: string): Promise<string[]> {
  const entries = await readdir(join(dataDirectory, "machines"));
  return entries.filter((name) => !name.startsWith("."));
}
