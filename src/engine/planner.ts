import type { EngineState } from "./state.ts";

/** Starts whatever the lane rules allow, each time something changed; between changes one timer waits. */
export function createPlanner(
  state: EngineState,
  start: (operationId: string) => void,
): () => void {
  let planned = false;
  let cancelTimer: (() => void) | undefined;

  function plan(): void {
    planned = false;
    cancelTimer?.();
    cancelTimer = undefined;
    for (let id = next(); id !== undefined; id = next()) start(id);
    const at = state.schedule.wakeAt();
    if (at !== undefined)
      cancelTimer = state.clock.after(Math.max(0, at - state.clock.now()), wake);
  }

  function next(): string | undefined {
    return state.schedule.next(state.clock.now());
  }

  function wake(): void {
    if (planned) return;
    planned = true;
    queueMicrotask(plan);
  }

  return wake;
}
