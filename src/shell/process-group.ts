import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { systemCodeOf } from "../core/system-error.ts";

const pollMs = 10;
const killWaitMs = 2_000;

/**
 * Asks every process of a group to end, kills what is left after `graceMs`, and resolves when none
 * is there any more. A process that moved to a session of its own is not in the group.
 */
export async function endProcessGroup(groupId: number, graceMs: number): Promise<void> {
  signalGroup(groupId, "SIGTERM");
  if (await groupEnds(groupId, graceMs)) return;
  signalGroup(groupId, "SIGKILL");
  // A killed process may hang in the kernel on a dead disk; nobody can wait for that.
  await groupEnds(groupId, killWaitMs);
}

/** Whether a process of this group has not ended yet. */
export function groupLives(groupId: number): boolean {
  return signalGroup(groupId, 0) && !onlyZombies(groupId);
}

// The kernel tells of the end of a child, never of a group: this has to look.
async function groupEnds(groupId: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (groupLives(groupId)) {
    if (performance.now() >= until) return false;
    await wait(pollMs);
  }
  return true;
}

function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch (error) {
    // EPERM: it lives, as another user.
    return systemCodeOf(error) !== "ESRCH";
  }
}

// In a container without an init nobody collects orphans: they stay as zombies, though they ended.
function onlyZombies(groupId: number): boolean {
  if (process.platform !== "linux") return false;
  return !readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const { state, group } = statOf(name);
    return group === groupId && state !== "Z" && state !== "X";
  });
}

function statOf(pid: string): { state?: string; group?: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name stands in parentheses and may hold anything.
    const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { ...(state !== undefined && { state }), group: Number(group) };
  } catch {
    // It ended while this looked.
    return {};
  }
}
