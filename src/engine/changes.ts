import type { Accepted } from "../core/acceptance.ts";
import { moveOperation } from "../core/operation.ts";
import type { Operation } from "../core/operation.ts";
import type { Write } from "../core/ports/store.ts";
import type { EngineState } from "./state.ts";

/** What accepting one request has changed so far: on disk once the writes are. */
export type Applied = { accepted: Accepted; writes: Write[]; undo: () => void };

const nothing = (): void => undefined;

/** Makes what was accepted true for later requests at once; the schedule learns of it when it is durable. */
export function createChanges(state: EngineState): (accepted: Accepted) => Applied {
  function apply(accepted: Accepted): Applied {
    switch (accepted.outcome) {
      case "repeated":
        return { accepted, writes: [], undo: nothing };
      case "joined":
        return replace(accepted);
      case "new":
        return accepted.supersedes === undefined
          ? create(accepted)
          : supersede(accepted, accepted.supersedes);
    }
  }

  function replace(accepted: Accepted): Applied {
    const before = state.work.operation(accepted.operation.id);
    if (before === undefined || before === accepted.operation) {
      return { accepted, writes: [], undo: nothing };
    }
    // It must not begin on a change that may be refused.
    const undoLeave = leaveSchedule(before);
    const operation = { ...accepted.operation, version: before.version + 1 };
    state.work.putOperation(operation);
    return {
      accepted: { ...accepted, operation },
      writes: [{ kind: "operation", record: operation }],
      undo() {
        state.work.putOperation(before);
        undoLeave();
      },
    };
  }

  function create(accepted: Accepted): Applied {
    const operation = { ...accepted.operation, version: 1 };
    const { thopter } = accepted;
    const writes: Write[] = [{ kind: "operation", record: operation }];
    if (thopter !== undefined) {
      state.work.putThopter(thopter);
      writes.push({ kind: "thopter", record: thopter });
    }
    state.work.putOperation(operation);
    function undo(): void {
      state.work.dropOperation(operation);
      if (thopter !== undefined) state.work.dropThopter(thopter);
    }
    return { accepted: { ...accepted, operation }, writes, undo };
  }

  function supersede(accepted: Accepted, provision: Operation): Applied {
    const now = state.clock.now();
    const canceled = {
      ...moveOperation(provision, "canceled", { finishedAt: now }),
      version: provision.version + 1,
    };
    const undoLeave = leaveSchedule(provision);
    state.work.putOperation(canceled);
    const created = create(accepted);
    function undo(): void {
      created.undo();
      state.work.putOperation(provision);
      undoLeave();
    }
    return {
      ...created,
      writes: [...created.writes, { kind: "operation", record: canceled }],
      undo,
    };
  }

  function leaveSchedule(operation: Operation): () => void {
    if (!state.schedule.has(operation.id)) return nothing;
    state.schedule.remove(operation.id, state.clock.now());
    return () => state.schedule.add(state.scheduled(operation), state.clock.now());
  }

  return apply;
}
