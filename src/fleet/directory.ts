import { UserError } from "../core/errors.ts";
import type { Thopter } from "../core/thopter.ts";
import type { FleetPorts } from "./ports.ts";

/** Finds thopters by name or id. */
export type Directory = {
  /** A thopter that is not gone. Throws UserError "not_found" that names what is near. */
  find(nameOrId: string): Promise<Thopter>;
  findAll(namesOrIds: readonly string[]): Promise<Thopter[]>;
  /** Any thopter on record, gone ones included; the newest of that name. */
  findOnRecord(nameOrId: string): Promise<Thopter>;
  isNameFree(name: string): Promise<boolean>;
};

export function createDirectory({
  engine,
  store,
}: Pick<FleetPorts, "engine" | "store">): Directory {
  async function living(nameOrId: string): Promise<Thopter | undefined> {
    const thopters = await engine.thopters();
    return thopters.find(({ id, name }) => name === nameOrId || id === nameOrId);
  }

  async function notFound(nameOrId: string): Promise<UserError> {
    const names = (await engine.thopters()).map(({ name }) => name);
    const shown = names.slice(0, 10).join(", ");
    const valid =
      names.length === 0
        ? "There are none now"
        : `There are: ${shown}${names.length > 10 ? ", ..." : ""}`;
    return new UserError(
      `Cannot find a thopter "${nameOrId.slice(0, 60)}". ${valid}. list_thopters shows them all.`,
      { code: "not_found" },
    );
  }

  async function find(nameOrId: string): Promise<Thopter> {
    const thopter = await living(nameOrId);
    if (thopter === undefined) throw await notFound(nameOrId);
    return thopter;
  }

  return {
    find,
    async findAll(namesOrIds) {
      const found = new Map<string, Thopter>();
      for (const nameOrId of namesOrIds) {
        const thopter = await find(nameOrId);
        found.set(thopter.id, thopter);
      }
      return [...found.values()];
    },
    async findOnRecord(nameOrId) {
      const present = (await living(nameOrId)) ?? (await store.get("thopter", nameOrId));
      if (present !== undefined) return present;
      const all = await store.list("thopter", { newestFirst: true });
      const namesake = all.find(({ name }) => name === nameOrId);
      if (namesake === undefined) throw await notFound(nameOrId);
      return namesake;
    },
    isNameFree: async (name) => (await living(name)) === undefined,
  };
}
