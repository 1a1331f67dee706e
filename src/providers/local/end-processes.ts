import { setTimeout as wait } from "node:timers/promises";
import { ProviderError } from "../../core/errors.ts";
import { marked } from "./marked-processes.ts";
import { identify, sandboxed, startedWith } from "./processes.ts";
import { launchMark } from "./sandbox-keeper.ts";

const endWithinMs = 10_000;
const lookEveryMs = 10;
/** One look may miss a process that is just starting another program: for a moment it shows nothing. */
const emptyLooks = 2;

/**
 * Kills all that runs on a machine, whichever hub started it and however the machine is isolated
 * now, and resolves when nothing of it is left. Throws ProviderError when something stays.
 */
export async function endProcesses(
  machine: { id: string; home: string },
  signal: AbortSignal,
): Promise<void> {
  const until = performance.now() + endWithinMs;
  for (let empty = 0; ;) {
    signal.throwIfAborted();
    const left = await processesOf(machine);
    empty = left.length === 0 ? empty + 1 : 0;
    if (empty === emptyLooks) return;
    if (performance.now() > until && left.length > 0) throw stays(machine.id, left);
    for (const pid of left) kill(pid);
    await wait(lookEveryMs);
  }
}

async function processesOf({ home }: { home: string }): Promise<number[]> {
  if (process.platform !== "linux") return marked(home);
  const identity = await identify(home);
  const found = await Promise.all([
    identity === undefined ? [] : sandboxed(identity),
    startedWith(launchMark(home)),
    marked(home),
  ]);
  return [...new Set(found.flat())];
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by now; one that may not be killed is found again until time is up.
  }
}

function stays(machineId: string, pids: readonly number[]): ProviderError {
  return new ProviderError(
    `Cannot end what runs on machine "${machineId}": ${pids.length} of its processes did not end within ${endWithinMs} ms (${pids.slice(0, 10).join(", ")}). Try again.`,
    { kind: "transient" },
  );
}
