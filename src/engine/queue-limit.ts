import type { Operation } from "../core/operation.ts";
import type { Executor } from "./executor.ts";
import type { EngineState } from "./state.ts";

/** Fails a provision that waits longer than `limitMs` for its first start. */
export function createQueueLimit(
  { state, end, isOpen }: { state: EngineState; end: Executor["end"]; isOpen: () => boolean },
  limitMs: number | undefined,
): (operation: Operation) => void {
  function giveUp(id: string, limit: number): void {
    const operation = state.work.operation(id);
    // After a lost disk the time runs on from what is read back.
    if (!isOpen() || operation?.status !== "queued" || operation.startedAt !== undefined) return;
    const message = `Cannot provision "${operation.thopterName}": it waited longer than ${Math.round(limit / 1000)} s for its turn. Ask again, or raise QUEUE_TIMEOUT.`;
    const error = { message, retryable: true, causes: [] };
    end({ ...operation, error }, { status: "failed", now: state.clock.now() });
  }

  return ({ id, kind, status, createdAt, startedAt }) => {
    if (limitMs === undefined || kind !== "provision") return;
    if (status !== "queued" || startedAt !== undefined) return;
    const leftMs = Math.max(0, createdAt + limitMs - state.clock.now());
    state.clock.after(leftMs, () => giveUp(id, limitMs));
  };
}
