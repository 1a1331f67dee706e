import { lanes } from "../core/operation.ts";
import type { Lane } from "../core/operation.ts";
import type { PauseScope } from "../core/ports/engine.ts";
import type { Store } from "../core/ports/store.ts";
import type { EngineState } from "./state.ts";

const settingId = "paused-lanes";

/**
 * The lanes that a scope names. A provision that has left its lane goes on while provisions are
 * paused; resuming provisions lets every part of them go on.
 */
function lanesOf(scope: PauseScope, paused: boolean): readonly Lane[] {
  switch (scope) {
    case "all":
      return lanes;
    case "destroy":
      return ["destroy"];
    case "provision":
      return paused ? ["provision"] : ["provision", "setup"];
  }
}

export async function readPaused(store: Store): Promise<Lane[]> {
  return parsePaused((await store.get("setting", settingId))?.value);
}

function parsePaused(value: string | undefined): Lane[] {
  const names = value?.split(",") ?? [];
  return lanes.filter((lane) => names.includes(lane));
}

/** Pauses and resumes lanes, durably, one request after another. */
export function createPauses(
  state: EngineState,
  store: Store,
): (scope: PauseScope, paused: boolean) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();

  async function change(scope: PauseScope, paused: boolean): Promise<void> {
    const named = lanesOf(scope, paused);
    const setting = await store.get("setting", settingId);
    const before = parsePaused(setting?.value);
    const after = lanes.filter((lane) => (named.includes(lane) ? paused : before.includes(lane)));
    const value = after.join(",");
    const record = { id: settingId, version: (setting?.version ?? 0) + 1, value };
    await state.ledger.commit([{ kind: "setting", record }]);
    for (const lane of named) state.schedule.setPaused(lane, paused, state.clock.now());
    state.wake();
  }

  return (scope, paused) => {
    const changed = last.then(() => change(scope, paused));
    // Whoever asked sees how it ended; the next one only waits for the end.
    last = changed.catch(() => undefined);
    return changed;
  };
}
