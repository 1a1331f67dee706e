import type { Caller } from "../../../src/core/actor.ts";
import { settle } from "../../manual-clock.ts";
import { callers } from "../../fleet/rig.ts";
import type { Desk } from "../recording-ask.ts";

/** Ready thopters of these names, Ann's unless told otherwise; answers their ids. */
export async function provisioned(
  desk: Desk,
  names: readonly string[],
  caller: Caller = callers.ann,
): Promise<string[]> {
  const made: string[] = [];
  for (const name of names) made.push((await desk.rig.provision(caller, { name })).id);
  return made;
}

/** How many machines there are. */
export async function machines(desk: Desk): Promise<number> {
  await settle();
  return desk.rig.world.machines.size;
}
