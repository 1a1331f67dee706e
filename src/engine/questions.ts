import type { Blocker } from "../core/blocker.ts";
import { UserError } from "../core/errors.ts";
import { explainBlockers } from "../core/explain.ts";
import type { Operation } from "../core/operation.ts";
import { withStepCount } from "../core/step-count.ts";
import type { Engine, Explanation } from "../core/ports/engine.ts";
import type { Store } from "../core/ports/store.ts";
import { asksForOpenOnly, listOpen, listOperations, standing } from "./history.ts";
import type { EngineState } from "./state.ts";

export type Questions = Pick<Engine, "get" | "list" | "explain"> & {
  /** Throws UserError where there is none. */
  mustGet(operationId: string): Promise<Operation>;
};

/** What the engine answers of operations: only what is on disk, and why it waits. */
export function createQuestions(state: EngineState, store: Store): Questions {
  async function get(operationId: string): Promise<Operation | undefined> {
    return state.durable.operation(operationId) ?? store.get("operation", operationId);
  }

  async function mustGet(operationId: string): Promise<Operation> {
    const operation = await get(operationId);
    if (operation !== undefined) return operation;
    throw new UserError(
      `Cannot find operation "${operationId}": there is none with that id. list_operations shows those that exist.`,
      { code: "not_found" },
    );
  }

  return {
    get,
    mustGet,
    async list(filter = {}) {
      return asksForOpenOnly(filter)
        ? listOpen(state.durable.operations(), filter)
        : listOperations(store, filter);
    },
    async explain(operationId) {
      const operation = await mustGet(operationId);
      const present = state.work.operation(operationId);
      if (present?.status !== "queued" || !state.schedule.has(operationId)) {
        const words = standing(operation);
        return { operation, blockers: [], ahead: 0, ...withStepCount(operation), words };
      }
      const now = state.clock.now();
      const blockers = state.schedule.blockers(operationId, now);
      const ahead = state.schedule.ahead(operationId);
      const words = explainBlockers(blockers, ahead, now);
      const explanation: Explanation = {
        ...{ operation, blockers, ahead },
        ...withStepCount(operation),
        words,
      };
      const startsInMs = state.startsInMs(present.lane, ahead);
      if (startsInMs !== undefined && isEstimable(blockers)) explanation.startsInMs = startsInMs;
      return explanation;
    },
  };
}

/** Whether recent durations say something of the start: not where it hangs on anything but its lane. */
function isEstimable(blockers: readonly Blocker[]): boolean {
  const ofLane: readonly Blocker["kind"][] = ["queue", "lane-full", "destroys-first"];
  return blockers.length > 0 && blockers.every(({ kind }) => ofLane.includes(kind));
}
