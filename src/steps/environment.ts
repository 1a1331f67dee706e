import type { MachinePlaces } from "../core/ports/provider.ts";
import type { Thopter } from "../core/thopter.ts";
import { taskFileOf } from "./session.ts";

/** What an agent and its tools may know of where they run. Nothing in it is secret. */
export function environmentOf(thopter: Thopter, places: MachinePlaces): Record<string, string> {
  const environment: Record<string, string> = {
    THOPTER_NAME: thopter.name,
    THOPTER_ID: thopter.id,
    THOPTER_REPOSITORY: thopter.repository,
    THOPTER_BRANCH: thopter.branch,
    THOPTER_TASK_FILE: taskFileOf(places),
  };
  if (thopter.base !== undefined) environment["THOPTER_BASE"] = thopter.base;
  return environment;
}
