import { setTimeout as wait } from "node:timers/promises";
import { readProcess, sandboxed, statFields, type DirectoryIdentity } from "./processes.ts";
import { commandMark } from "./sandbox-wrap.ts";

const endWithinMs = 5_000;
const lookEveryMs = 10;

/**
 * Ends the commands that a hub had under way in a sandbox when it died, so that what is tried again
 * does not meet its former self. What they left running in sessions of its own goes on.
 */
export async function endLeftCommands(home: DirectoryIdentity, signal: AbortSignal): Promise<void> {
  const until = performance.now() + endWithinMs;
  for (;;) {
    signal.throwIfAborted();
    const groups = await commandGroups(home);
    // What does not end by then is in the kernel's hands; stop and destroy insist.
    if (groups.size === 0 || performance.now() > until) return;
    for (const group of groups) killGroup(group);
    await wait(lookEveryMs);
  }
}

async function commandGroups(home: DirectoryIdentity): Promise<Set<number>> {
  const mark = commandMark.join("\0");
  const groups = new Set<number>();
  for (const pid of await sandboxed(home)) {
    if (!(await readProcess(pid, "cmdline")).includes(`\0${mark}\0`)) continue;
    const group = Number(statFields(await readProcess(pid, "stat")).group);
    // 0 where the group is not of this PID namespace, and 1 would be every process there is.
    if (group > 1) groups.add(group);
  }
  return groups;
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended by now.
  }
}
