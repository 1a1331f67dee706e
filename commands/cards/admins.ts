import { personOf } from "../../src/core/actor.ts";
import type { Actor } from "../../src/core/actor.ts";
import type { Fleet } from "../../src/core/ports/fleet.ts";
import { system } from "./sights.ts";

/** The admins who may decide what this actor asked for: all but the asker. */
export async function adminsBut(fleet: Pick<Fleet, "listPeople">, asker: Actor): Promise<string[]> {
  const people = await fleet.listPeople(system);
  const admins = people.filter(({ role, id }) => role === "admin" && id !== personOf(asker));
  return admins.map(({ id }) => id);
}
