import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export type LeftProcess = { pid: number; command: string };

const GRACE_MS = 3000;
const CHECK_EVERY_MS = 25;

/**
 * The processes that still name `root` in command line, environment, working directory or the
 * mounts of a sandbox, after those that are just ending had 3 s for it. Needs /proc: on other
 * systems there are none.
 */
export async function leftProcesses(root: string): Promise<LeftProcess[]> {
  const until = performance.now() + GRACE_MS;
  for (;;) {
    const found = processesNaming(root);
    if (found.length === 0 || performance.now() > until) {
      return found;
    }
    await wait(CHECK_EVERY_MS);
  }
}

/** The processes, other than this one, that name `root` at this moment. */
export function processesNaming(root: string): LeftProcess[] {
  // A mount's source is told from the root of its own file system, hence the last part alone.
  const name = `/${basename(root)}`;
  return processIds()
    .filter((pid) => pid !== process.pid)
    .map((pid) => ({ pid, facts: factsOf(pid) }))
    .filter(
      ({ facts }) => facts.names.some((text) => text.includes(root)) || facts.mounts.includes(name),
    )
    .map(({ pid, facts }) => ({ pid, command: facts.command.replaceAll("\0", " ").trim() }));
}

function processIds(): number[] {
  if (process.platform !== "linux") {
    return [];
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function factsOf(pid: number): { command: string; names: string[]; mounts: string } {
  const command = orNothing(() => readFileSync(`/proc/${String(pid)}/cmdline`, "utf8"));
  const cwd = orNothing(() => readlinkSync(`/proc/${String(pid)}/cwd`));
  const environment = orNothing(() => readFileSync(`/proc/${String(pid)}/environ`, "utf8"));
  return { command, names: [command, cwd, environment], mounts: mountsOfSandbox(pid) };
}

// Inside a sandbox nothing names the place outside, but where its file systems come from. Without a
// mount namespace of its own a process sees the whole machine's mounts, which say nothing of it.
function mountsOfSandbox(pid: number): string {
  const namespace = (of: string): string => orNothing(() => readlinkSync(`/proc/${of}/ns/mnt`));
  if (namespace(String(pid)) === namespace("self")) return "";
  return orNothing(() => readFileSync(`/proc/${String(pid)}/mountinfo`, "utf8"));
}

// A process may end while it is read, and another user's cannot be read: neither is ours.
function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
