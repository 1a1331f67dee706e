import { isRetryable, LargeFilesError } from "../core/errors.ts";
import type { Unsaved } from "../core/plan.ts";
import type { Step, StepContext, StepOutcome } from "../core/ports/step.ts";
import type { Rescue, Thopter } from "../core/thopter.ts";
import { giveUp } from "./give-up.ts";
import { findMachine } from "./machine.ts";
import { withDeadline } from "./deadline.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { pushRescue } from "./push-rescue.ts";
import { saveBundle } from "./save-bundle.ts";
import { untilShellAnswers } from "./shell-answers.ts";
import { unsavedWork } from "./unsaved-work.ts";
import { countWork, reasonOf } from "./words.ts";

const bundleTries = 3;

type Limits = Pick<StepLimits, "shellPauseMs" | "reachMs" | "unsavedMs" | "rescueMs" | "pushMs">;

type Saving = { ports: StepPorts; limits: Limits; context: StepContext; thopter: Thopter };

/**
 * Saves the work before the machine goes. All beyond the recorded base commit is bundled, for what
 * the clone calls saved can be forged; only work that is unsaved as far as it tells holds a destroy
 * up when it cannot be saved, and is pushed as well.
 */
export function createRescueStep(ports: StepPorts, limits: Limits): Step {
  return {
    name: "rescue",
    kind: "destroy",
    lane: "destroy",
    after: ["stop-agent"],
    timeoutMs: limits.reachMs + limits.unsavedMs + limits.rescueMs + limits.pushMs + 60_000,
    async run(context) {
      const thopter = context.thopter();
      if (thopter.baseCommit === undefined) return { skipped: true, note: "there is no clone" };
      if (thopter.rescue?.id === context.operation.id) return { note: wordsOf(thopter.rescue) };
      if ((await findMachine(ports, thopter, context.signal)) === undefined) {
        return { skipped: true, note: "the machine is gone" };
      }
      return rescue({ ports, limits, context, thopter });
    },
  };
}

async function rescue(saving: Saving): Promise<StepOutcome> {
  const { ports, limits, context, thopter } = saving;
  const within = <T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>) =>
    attempt(context.signal, () =>
      withDeadline({ clock: ports.clock, timeoutMs, signal: context.signal }, work),
    );
  context.progress("looking for unsaved work");
  const reached = await within(limits.reachMs, (signal) =>
    untilShellAnswers({ ports, limits }, thopter, signal),
  );
  if ("error" in reached) return giveUp(context, { unsaved: unknown, error: reached.error });
  const found = await within(limits.unsavedMs, (signal) => unsavedWork(ports, thopter, signal));
  const unsaved = "error" in found ? unknown : found.value;
  context.progress("saving its work");
  const saved = await within(limits.rescueMs, (signal) => bundle(saving, signal));
  if ("error" in saved) return withoutBundle(saving, unsaved, saved.error);
  if (saved.value === undefined) return { skipped: true, note: "there is nothing to save" };
  // On disk at once: whatever becomes of the push, the bundle will be found.
  await context.record({ rescue: saved.value });
  // What a setup script alone left behind is no reason for a branch at the remote.
  const isWork = unsaved.state !== "no" && thopter.readyAt !== undefined;
  return isWork ? push(saving, saved.value) : { note: wordsOf(saved.value) };
}

/** A connection that drops is no reason to save less. */
async function bundle({ ports, limits, context, thopter }: Saving, signal: AbortSignal) {
  const rescueId = context.operation.id;
  for (let tries = 1; ; tries += 1) {
    try {
      return await saveBundle(ports, { thopter, rescueId }, signal);
    } catch (error) {
      if (signal.aborted || !isRetryable(error) || tries === bundleTries) throw error;
    }
    await untilShellAnswers({ ports, limits }, thopter, signal);
  }
}

const unknown: Unsaved = { state: "unknown", commits: 0, files: 0 };

async function push(saving: Saving, saved: Rescue): Promise<StepOutcome> {
  const { context, thopter } = saving;
  const { operation, signal } = context;
  context.progress("pushing what was saved");
  const pushed = await pushRescue(saving, { thopter, operation }, signal);
  if ("refusal" in pushed) return { note: `${wordsOf(saved)}, not pushed: ${pushed.refusal}` };
  const rescued: Rescue = { ...saved, pushedBranch: pushed.branch };
  return { note: wordsOf(rescued), thopter: { rescue: rescued } };
}

/** A push alone saves what is checked out; it has to do where the bundle cannot be kept. */
async function withoutBundle(
  saving: Saving,
  unsaved: Unsaved,
  error: unknown,
): Promise<StepOutcome> {
  const { context, thopter } = saving;
  const { operation, signal } = context;
  if (unsaved.state === "no") {
    return { note: `nothing is unsaved; no bundle of it could be kept: ${reasonOf(error)}` };
  }
  // A branch at the remote would point at files that nobody has.
  if (error instanceof LargeFilesError) return giveUp(context, { unsaved, error });
  const pushed = await pushRescue(saving, { thopter, operation }, signal);
  if ("refusal" in pushed) return giveUp(context, { unsaved, error, refusal: pushed.refusal });
  const kept = `only what was checked out was saved, pushed to ${pushed.branch}`;
  return { note: `${kept}; no bundle could be kept: ${reasonOf(error)}` };
}

function wordsOf({ commits, uncommittedFiles: files, pushedBranch }: Rescue): string {
  const words = `${countWork({ commits, files })} saved`;
  return pushedBranch === undefined ? words : `${words}, pushed to ${pushedBranch}`;
}

async function attempt<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    signal.throwIfAborted();
    return { error };
  }
}
