import { moveOperation } from "./operation.ts";
import type { Operation } from "./operation.ts";
import type { Thopter } from "./thopter.ts";

/** What the end of an operation means for its thopter. */
export type Ended = {
  operation: Operation;
  thopter?: Thopter;
  /** What a failed or canceled provision made has to be destroyed. */
  destroyNeeded: boolean;
};

export type End = {
  status: "succeeded" | "failed" | "canceled";
  now: number;
  patch?: Partial<Operation>;
  /** The thopter's provision is still open. */
  provisionGoesOn?: boolean;
};

/** Ends an operation and says what becomes of its thopter. */
export function endOperation(operation: Operation, thopter: Thopter | undefined, end: End): Ended {
  const ended = moveOperation(operation, end.status, { ...end.patch, finishedAt: end.now });
  if (thopter === undefined) return { operation: ended, destroyNeeded: false };
  return operation.kind === "provision"
    ? { operation: ended, ...endProvision(thopter, end) }
    : { operation: ended, ...endDestroy(thopter, end) };
}

function endProvision(thopter: Thopter, end: End): Omit<Ended, "operation"> {
  if (thopter.status === "gone") return { thopter, destroyNeeded: false };
  if (end.status === "succeeded") return { thopter: ready(thopter, end.now), destroyNeeded: false };
  // A destroy that superseded the provision owns the thopter's status from then on.
  if (thopter.status === "destroying") return { thopter, destroyNeeded: false };
  if (thopter.status === "requested") {
    return { thopter: { ...thopter, status: "gone", goneAt: end.now }, destroyNeeded: false };
  }
  return { thopter: { ...thopter, status: "failed" }, destroyNeeded: !thopter.keepOnFailure };
}

/** While a destroy has it, it keeps that status, and is ready if the destroy does not happen. */
function ready(thopter: Thopter, now: number): Thopter {
  const next: Thopter = { ...thopter, readyAt: now };
  if (thopter.status !== "destroying") next.status = "ready";
  if (thopter.ttlMs !== undefined) next.expiresAt = now + thopter.ttlMs;
  return next;
}

function endDestroy(thopter: Thopter, end: End): Omit<Ended, "operation"> {
  if (end.status === "succeeded") {
    return { thopter: { ...thopter, status: "gone", goneAt: end.now }, destroyNeeded: false };
  }
  return { thopter: unfreeze(thopter, end), destroyNeeded: false };
}

/** A thopter whose destroy did not happen goes back to what it was. */
function unfreeze(thopter: Thopter, { now, provisionGoesOn }: End): Thopter {
  // Its provision was canceled before it began, and made nothing.
  if (thopter.status === "requested") return { ...thopter, status: "gone", goneAt: now };
  if (thopter.status !== "destroying") return thopter;
  if (thopter.readyAt !== undefined) return { ...thopter, status: "ready" };
  return { ...thopter, status: provisionGoesOn === true ? "provisioning" : "failed" };
}
