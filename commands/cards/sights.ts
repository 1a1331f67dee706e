import type { Caller } from "../../src/core/actor.ts";
import type { Fleet, ThopterView } from "../../src/core/ports/fleet.ts";
import type { Thopter } from "../../src/core/thopter.ts";

/** Who reads for the cards: all of the fleet, as the hub itself. */
export const system: Caller = {
  actor: { kind: "system", name: "slack" },
  role: "admin",
  front: "slack",
};

/** What cards need to know of a thopter, be it from a list or from a change. */
export type Sight = Pick<
  ThopterView,
  | "id"
  | "name"
  | "status"
  | "agentState"
  | "ownerId"
  | "createdAt"
  | "expiresAt"
  | "warnedAt"
  | "repository"
  | "branch"
>;

/** The living thopters, as the cards last saw them. */
export type Sights = {
  get(id: string): Sight | undefined;
  all(): Iterable<Sight>;
  /** Takes a change in; answers what was seen before. */
  see(thopter: Thopter): Sight | undefined;
  /** Reads all of them anew. */
  readAll(): Promise<void>;
};

const pageSize = 500;

export function createSights(fleet: Pick<Fleet, "listThopters">): Sights {
  const sights = new Map<string, Sight>();
  /** While all are read: those that changed since. */
  let changed: Set<string> | undefined;

  return {
    get: (id) => sights.get(id),
    all: () => sights.values(),
    see(thopter) {
      const before = sights.get(thopter.id);
      changed?.add(thopter.id);
      if (thopter.status === "gone") sights.delete(thopter.id);
      else sights.set(thopter.id, sightOf(thopter));
      return before;
    },
    async readAll() {
      const newer = (changed = new Set());
      const found = new Map<string, Sight>();
      let cursor: string | undefined;
      do {
        const page = await fleet.listThopters(system, { limit: pageSize, cursor });
        for (const item of page.items) found.set(item.id, sightOf(item));
        cursor = page.next;
      } while (cursor !== undefined);
      // What changed while they were read is newer than what was read.
      for (const id of sights.keys()) if (!found.has(id) && !newer.has(id)) sights.delete(id);
      for (const [id, sight] of found) if (!newer.has(id)) sights.set(id, sight);
      changed = undefined;
    },
  };
}

function sightOf(thopter: Sight): Sight {
  const { id, name, status, agentState, ownerId, createdAt, repository, branch } = thopter;
  const sight: Sight = { id, name, status, ownerId, createdAt, repository, branch };
  if (agentState !== undefined) sight.agentState = agentState;
  if (thopter.expiresAt !== undefined) sight.expiresAt = thopter.expiresAt;
  if (thopter.warnedAt !== undefined) sight.warnedAt = thopter.warnedAt;
  return sight;
}
