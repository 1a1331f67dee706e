import { ProviderError } from "../core/errors.ts";
import type { Thopter } from "../core/thopter.ts";
import { findMachine } from "./machine.ts";
import { pause } from "../core/pause.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { providerOf } from "./provider-of.ts";

type Ports = Pick<StepPorts, "hub" | "clock" | "providers" | "sessions">;

/**
 * Waits until commands run on a thopter's machine, and starts a machine that has stopped. Throws
 * ProviderError when it is gone or has failed, and what kept it from answering when the signal aborts.
 */
export async function untilShellAnswers(
  { ports, limits }: { ports: Ports; limits: Pick<StepLimits, "shellPauseMs"> },
  thopter: Thopter,
  signal: AbortSignal,
): Promise<void> {
  let last: ProviderError | undefined;

  async function tryOnce(): Promise<boolean> {
    try {
      await ensureRunning(ports, thopter, signal);
      return await answers(ports, thopter, signal);
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
      last = error;
      return false;
    }
  }

  try {
    while (!(await tryOnce())) await pause(ports.clock, limits.shellPauseMs, signal);
  } catch (error) {
    // What kept it from answering says more than that the time was up.
    throw signal.aborted ? (last ?? error) : error;
  }
}

async function answers(ports: Ports, thopter: Thopter, signal: AbortSignal): Promise<boolean> {
  return ports.sessions.use(thopter, signal, async ({ shell }) => {
    const { exitCode } = await shell.run(["true"], { timeoutMs: 15_000, signal });
    return exitCode === 0;
  });
}

/** Whether a machine that is just starting may be the reason. */
function mayPass(error: unknown): error is ProviderError {
  return error instanceof ProviderError && (error.retryable || error.kind === "not_found");
}

async function ensureRunning(ports: Ports, thopter: Thopter, signal: AbortSignal): Promise<void> {
  const machine = await findMachine(ports, thopter, signal);
  if (machine === undefined || machine.status === "failed") {
    const what = machine === undefined ? "is gone" : "has failed";
    throw new ProviderError(`Cannot reach "${thopter.name}": its machine ${what}`, {
      kind: "permanent",
    });
  }
  if (machine.status === "stopped") {
    await providerOf(ports.providers, thopter).start(machine.id, signal);
  }
}
