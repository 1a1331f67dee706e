import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { readProcess, selectProcesses, statFields } from "./processes.ts";

const execute = promisify(execFile);

/** The variable by which the processes of a machine without a sandbox are known. */
export function markOf(home: string): { THOPTER_MACHINE: string } {
  // Not the path itself: it may hold spaces, at which a line of ps is cut.
  return { THOPTER_MACHINE: createHash("sha256").update(home).digest("hex").slice(0, 32) };
}

/**
 * Processes that were started with the mark of this home in their environment, and the descendants
 * of these. One that drops the mark and loses its parent is not found.
 */
export async function marked(home: string): Promise<number[]> {
  const mark = `THOPTER_MACHINE=${markOf(home).THOPTER_MACHINE}`;
  if (process.platform !== "linux") return markedInList(mark);
  const found = new Set(
    await selectProcesses(async (pid) =>
      `\0${await readProcess(pid, "environ")}`.includes(`\0${mark}\0`),
    ),
  );
  if (found.size > 0) await addDescendants(found);
  return [...found];
}

async function addDescendants(found: Set<number>): Promise<void> {
  const parents = new Map<number, number>();
  await selectProcesses(async (pid) => {
    parents.set(pid, Number(statFields(await readProcess(pid, "stat")).parent));
    return false;
  });
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
}

// Elsewhere ps shows the environment behind the command line of each process.
async function markedInList(mark: string): Promise<number[]> {
  const { stdout } = await execute("ps", ["-axEww", "-o", "pid=,command="], {
    env: { PATH: "/usr/bin:/bin" },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout
    .split("\n")
    .filter((line) => line.split(" ").includes(mark))
    .map((line) => Number.parseInt(line.trim(), 10))
    .filter((pid) => pid !== process.pid);
}
