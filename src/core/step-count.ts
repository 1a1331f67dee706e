import type { Operation } from "./operation.ts";

/** How far the steps of an operation are, as in "step 3 of 9". */
export type StepCount = {
  /** The step that runs now, counted from 1; where none does, how many are done. */
  number: number;
  /** How many have succeeded, or had nothing to do. */
  done: number;
  total: number;
};

/** What views of an operation have of it; absent until it has first started. */
export type StepCounted = { stepCount?: StepCount };

type Counted = Pick<Operation, "status" | "steps" | "stepNames">;

/** Undefined before an operation has first started: only then it is known what its steps are. */
export function stepCountOf({ status, steps, stepNames }: Counted): StepCount | undefined {
  if (stepNames === undefined || stepNames.length === 0) return undefined;
  const total = stepNames.length;
  const statuses = new Map(steps.map((step) => [step.name, step.status]));
  const done = stepNames.filter((name) => isDone(statuses.get(name))).length;
  // Of steps that run side by side the first one counts: the number never goes back.
  const isUnderWay =
    status === "failed" || stepNames.some((name) => statuses.get(name) === "running");
  return { number: isUnderWay ? Math.min(total, done + 1) : done, done, total };
}

function isDone(status: string | undefined): boolean {
  return status === "succeeded" || status === "skipped";
}

export function withStepCount(operation: Counted): StepCounted {
  const stepCount = stepCountOf(operation);
  return stepCount === undefined ? {} : { stepCount };
}

/** "3 of 9". */
export function stepCountWords({ number, total }: StepCount): string {
  return `${number} of ${total}`;
}
