import { UserError } from "../../src/core/errors.ts";
import type { OperationView } from "../../src/core/ports/fleet.ts";
import type { Ask } from "../ask.ts";
import type { CommandPorts } from "../command-ports.ts";

/** The latest operation of a thopter, by its name or id, or an operation by its own id. Throws UserError. */
export async function findOperation(
  { fleet }: Pick<CommandPorts, "fleet">,
  { caller }: Pick<Ask, "caller">,
  nameOrId: string,
): Promise<OperationView> {
  try {
    const { items } = await fleet.listOperations(caller, { thopter: nameOrId, limit: 10 });
    const found = items.find(({ status }) => status === "queued" || status === "running");
    const latest = found ?? items[0];
    if (latest !== undefined) return latest;
  } catch (error) {
    const isUnknown = error instanceof UserError && error.code === "not_found";
    // Ids of operations and of thopters look alike.
    if (!isUnknown || !looksLikeId(nameOrId)) throw error;
  }
  return fleet.getOperation(caller, nameOrId);
}

function looksLikeId(text: string): boolean {
  return /^[0-9A-Z]{20,40}$/i.test(text);
}
