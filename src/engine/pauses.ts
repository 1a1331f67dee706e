import { lanes } from "../core/operation.ts";
import type { Lane } from "../core/operation.ts";
import type { PauseScope } from "../core/ports/engine.ts";
import type { Store } from "../core/ports/store.ts";

const settingId = "paused-lanes";

/** The lanes that a scope names. A provision that has left its lane goes on while provisions are paused. */
export function lanesOf(scope: PauseScope): readonly Lane[] {
  switch (scope) {
    case "all":
      return lanes;
    case "destroy":
      return ["destroy"];
    case "provision":
      return ["provision"];
  }
}

export async function readPaused(store: Store): Promise<Lane[]> {
  const setting = await store.get("setting", settingId);
  const names = setting?.value.split(",") ?? [];
  return lanes.filter((lane) => names.includes(lane));
}

export async function writePaused(store: Store, paused: readonly Lane[]): Promise<void> {
  const setting = await store.get("setting", settingId);
  const record = { id: settingId, version: (setting?.version ?? 0) + 1, value: paused.join(",") };
  await store.commit([{ kind: "setting", record }]);
}
