/** Who asks. An agent always acts for the person whose token made it. */
export type Actor =
  | { kind: "person"; personId: string; tokenId?: string }
  | { kind: "agent"; personId: string; tokenId: string }
  | { kind: "system"; name: string };

export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** The role of the two that may do less. */
export function lowerRole(a: Role, b: Role): Role {
  return roles.indexOf(a) <= roles.indexOf(b) ? a : b;
}

/** The role of the two that may do more. */
export function higherRole(a: Role, b: Role): Role {
  return lowerRole(a, b) === a ? b : a;
}

export const fronts = ["mcp", "cli", "slack", "dashboard", "system"] as const;
export type Front = (typeof fronts)[number];

/** An authenticated request: the actor, what it may do, and the front it came through. */
export type Caller = {
  actor: Actor;
  role: Role;
  front: Front;
  /** A read-only caller is refused every mutation, whatever its role. */
  readOnly?: boolean;
  /** Tool groups beyond the default ones that the caller's token may use. */
  toolsets?: readonly string[];
};

/** The person an actor is or acts for; the system acts for nobody. */
export function personOf(actor: Actor): string | undefined {
  return actor.kind === "system" ? undefined : actor.personId;
}

/** A stable key for idempotency and limits: one per token, else per person. */
export function actorKey(actor: Actor): string {
  switch (actor.kind) {
    case "person":
      return `person:${actor.personId}`;
    case "agent":
      return `agent:${actor.tokenId}`;
    case "system":
      return `system:${actor.name}`;
  }
}
