import type { Caller, Role } from "./actor.ts";
import { personOf } from "./actor.ts";
import { UserError } from "./errors.ts";
import type { Thopter } from "./thopter.ts";

const rank: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Refuses a caller whose role is too low, or who may only read. Throws UserError "forbidden". */
export function requireRole(caller: Caller, role: Role, action: string): void {
  if (caller.actor.kind === "system") return;
  if (rank[caller.role] < rank[role]) {
    throw new UserError(
      `Cannot ${action}: it needs the role "${role}" and yours is "${caller.role}". Ask an admin.`,
      { code: "forbidden" },
    );
  }
  if (role !== "viewer" && caller.readOnly === true) {
    throw new UserError(`Cannot ${action}: your token is read-only. Use another token.`, {
      code: "forbidden",
    });
  }
}

/** Refuses agents: some decisions are for persons only. Throws UserError "forbidden". */
export function requirePerson(caller: Caller, action: string): string {
  if (caller.actor.kind === "person") return caller.actor.personId;
  throw new UserError(`Cannot ${action}: only a person may. Ask one to do it.`, {
    code: "forbidden",
  });
}

/** Whether a thopter is the caller's own: a person owns it, an agent's token made it. */
export function isOwn(caller: Caller, thopter: Pick<Thopter, "ownerId" | "createdBy">): boolean {
  const { actor } = caller;
  if (actor.kind === "agent") {
    return thopter.createdBy.kind === "agent" && thopter.createdBy.tokenId === actor.tokenId;
  }
  return personOf(actor) === thopter.ownerId;
}

/** Whether a caller may act on a thopter and read what its agent writes: its own, or any as an admin. */
export function holds(caller: Caller, thopter: Pick<Thopter, "ownerId" | "createdBy">): boolean {
  if (caller.actor.kind === "system" || isOwn(caller, thopter)) return true;
  return caller.actor.kind === "person" && caller.role === "admin";
}

/** Refuses callers who neither own a thopter nor are admins. Throws UserError "forbidden". */
export function requireOwn(
  caller: Caller,
  thopter: Pick<Thopter, "name" | "ownerId" | "createdBy">,
  action: string,
): void {
  if (holds(caller, thopter)) return;
  throw new UserError(
    `Cannot ${action} "${thopter.name}": it is not yours. Its owner or an admin can.`,
    { code: "forbidden" },
  );
}
