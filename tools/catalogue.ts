import { roles } from "../src/core/actor.ts";
import type { Caller } from "../src/core/actor.ts";
import { cancelOperation } from "./cancel-operation.ts";
import type { Tool } from "./define-tool.ts";
import { destroyThopters } from "./destroy-thopters.ts";
import { fleetStatus } from "./fleet-status.ts";
import { getOperation } from "./get-operation.ts";
import { getThopter } from "./get-thopter.ts";
import { listOperations } from "./list-operations.ts";
import { listThopters } from "./list-thopters.ts";
import { provisionThopter } from "./provision-thopter.ts";
import { readThopter } from "./read-thopter.ts";
import { retryOperation } from "./retry-operation.ts";
import { runInThopter } from "./run-in-thopter.ts";
import { tellThopter } from "./tell-thopter.ts";
import { waitForOperations } from "./wait-for-operations.ts";
import { waitForThopters } from "./wait-for-thopters.ts";

/** Every tool, in the order in which clients see them. */
export const catalogue: readonly Tool[] = [
  provisionThopter,
  waitForThopters,
  listThopters,
  getThopter,
  readThopter,
  tellThopter,
  destroyThopters,
  waitForOperations,
  fleetStatus,
  listOperations,
  getOperation,
  cancelOperation,
  retryOperation,
  runInThopter,
];

/** Whether a caller may see and call a tool: its role, its token's toolsets and read-only decide. */
export function mayUse(tool: Tool, caller: Caller): boolean {
  const isGiven = tool.toolset === "default" || caller.toolsets?.includes(tool.toolset) === true;
  return isGiven && mayAct(tool, caller);
}

/** Whether a caller may do what a tool or a prompt is about. */
export function mayAct(
  { mutates, minimumRole }: Pick<Tool, "mutates" | "minimumRole">,
  caller: Caller,
): boolean {
  if (mutates && caller.readOnly === true) return false;
  return roles.indexOf(caller.role) >= roles.indexOf(minimumRole);
}
