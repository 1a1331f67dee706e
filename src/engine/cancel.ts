import { UserError } from "../core/errors.ts";
import { operationIs } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { Engine } from "../core/ports/engine.ts";
import type { Step } from "../core/ports/step.ts";
import type { Executor } from "./executor.ts";
import type { EngineState } from "./state.ts";

type By = Parameters<Engine["cancel"]>[1];

export type Canceler = {
  /** Cancels an open operation and waits until it has let go. Throws UserError when it is too late. */
  cancel(operation: Operation, by: By): Promise<void>;
  supersedeProvision(thopterId: string): Promise<boolean>;
};

export function createCanceler(
  { state, executor }: { state: EngineState; executor: Executor },
  steps: readonly Step[],
): Canceler {
  const pointsOfNoReturn = steps.filter((step) => step.pointOfNoReturn === true);

  /** Why it cannot be canceled any more. */
  function whyTooLate({ kind, status, steps: begun }: Operation): string | undefined {
    if (operationIs.finished({ status })) return `it is over already (${status})`;
    const past = pointsOfNoReturn.find(
      (step) => step.kind === kind && begun.some(({ name }) => name === step.name),
    );
    return past === undefined ? undefined : `"${past.name}" has begun`;
  }

  async function cancelOpen(operation: Operation, by: By): Promise<void> {
    const now = state.clock.now();
    const cancelRequested = { at: now, by: by.actor, reason: by.reason };
    if (operation.status === "queued") {
      executor.end({ ...operation, cancelRequested }, { status: "canceled", now });
    } else {
      state.putOperation({ ...operation, cancelRequested });
      await state.flush();
      await executor.stop(operation.id, "canceled");
    }
    await state.flush();
  }

  return {
    async cancel(operation, by) {
      const why = whyTooLate(operation);
      if (why !== undefined) {
        throw new UserError(`Cannot cancel operation "${operation.id}": ${why}.`, {
          code: "conflict",
        });
      }
      // What is not in the index any more has ended, and its end is not on disk yet.
      const present = state.work.operation(operation.id);
      await (present === undefined ? state.flush() : cancelOpen(present, by));
    },
    async supersedeProvision(thopterId) {
      const provision = state.work.openOf(thopterId).find(({ kind }) => kind === "provision");
      if (provision === undefined) return false;
      const actor = { kind: "system", name: "destroy" } as const;
      await cancelOpen(provision, { actor, reason: "its thopter is being destroyed" });
      return true;
    },
  };
}
