import { UserError } from "../core/errors.ts";
import type { ApprovedFacts } from "../core/operation.ts";
import type { Step } from "../core/ports/step.ts";
import type { Thopter } from "../core/thopter.ts";
import { withDeadline } from "./deadline.ts";
import type { StepLimits, StepPorts } from "./ports.ts";
import { unsavedWork } from "./unsaved-work.ts";
import { countWork } from "./words.ts";

type Ports = Pick<StepPorts, "hub" | "clock" | "providers" | "sessions" | "git">;

/**
 * Compares what was approved with what is there now. It comes before anything is touched: a thopter
 * that differs is left alone, its provision too.
 */
export function createCheckApprovalStep(ports: Ports, limits: Pick<StepLimits, "unsavedMs">): Step {
  return {
    name: "check-approval",
    kind: "destroy",
    lane: "destroy",
    after: [],
    timeoutMs: limits.unsavedMs + 60_000,
    async run({ operation, thopter, signal }) {
      const { approved } = operation;
      if (approved === undefined) return { skipped: true };
      const record = thopter();
      const difference =
        differenceOf(approved, record) ??
        (approved.unsaved ? undefined : await newWork({ ports, limits }, record, signal));
      if (difference === undefined) return { note: "as it was approved" };
      throw new UserError(
        `Cannot destroy "${record.name}": it changed after the approval: ${difference}. Ask again.`,
        { code: "conflict" },
      );
    },
  };
}

function differenceOf(approved: ApprovedFacts, thopter: Thopter): string | undefined {
  if (approved.ownerId !== thopter.ownerId) return "it has another owner";
  if (approved.machineId === thopter.machineId) return undefined;
  if (approved.machineId === undefined) return "it has got a machine";
  return thopter.machineId === undefined ? "it has no machine any more" : "it has another machine";
}

async function newWork(
  { ports, limits }: { ports: Ports; limits: Pick<StepLimits, "unsavedMs"> },
  thopter: Thopter,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = { clock: ports.clock, timeoutMs: limits.unsavedMs, signal };
  const unsaved = await withDeadline(limit, (deadline) =>
    unsavedWork(ports, thopter, deadline),
  ).catch(() => {
    signal.throwIfAborted();
    return { state: "unknown", commits: 0, files: 0 } as const;
  });
  if (unsaved.state === "no") return undefined;
  if (unsaved.state === "unknown") return "whether it has unsaved work cannot be told now";
  return `it has unsaved work now (${countWork(unsaved)})`;
}
