import { z } from "zod";
import type { Plan, Unsaved } from "../../src/core/plan.ts";
import { toMinutes } from "./thopter-view.ts";

export const planItemSchema = z.strictObject({
  name: z.string().describe("Of the thopter"),
  owner: z.string().describe("Person"),
  state: z.string().describe("Of its machine and agent"),
  age_minutes: z.int().describe("Since it was asked for"),
  unsaved: z.string().describe("Work that exists nowhere else: no, unknown, or how much"),
});

/** The frozen facts of a destroy, thopter by thopter. */
export function viewPlan({ items }: Plan): z.input<typeof planItemSchema>[] {
  return items.map(({ name, status, agentStatus, ownerName, ageMs, unsaved }) => ({
    name,
    owner: ownerName,
    state: agentStatus === undefined ? status : `${status}, agent ${agentStatus}`,
    age_minutes: toMinutes(ageMs),
    unsaved: unsavedWords(unsaved),
  }));
}

function unsavedWords({ state, commits, files }: Unsaved): string {
  return state === "yes" ? `${count(commits, "commit")}, ${count(files, "file")}` : state;
}

function count(number: number, noun: string): string {
  return `${String(number)} ${noun}${number === 1 ? "" : "s"}`;
}
