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
  /** The same of several, each once, with one look at all that is on record. */
  findAllOnRecord(namesOrIds: readonly string[]): Promise<Thopter[]>;
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

  async function findAllOnRecord(namesOrIds: readonly string[]): Promise<Thopter[]> {
    const present = byNameAndId(await engine.thopters());
    const found = new Map<string, Thopter>();
    let all: Map<string, Thopter> | undefined;
    for (const nameOrId of new Set(namesOrIds)) {
      const one = present.get(nameOrId) ?? (await store.get("thopter", nameOrId));
      all ??= one === undefined ? byNameAndId(await store.list("thopter")) : undefined;
      const thopter = one ?? all?.get(nameOrId);
      if (thopter === undefined) throw await notFound(nameOrId);
      found.set(thopter.id, thopter);
    }
    return [...found.values()];
  }

  return {
    find,
    async findAll(namesOrIds) {
      const found = new Map<string, Thopter>();
      for (const nameOrId of new Set(namesOrIds)) {
        const thopter = await find(nameOrId);
        found.set(thopter.id, thopter);
      }
      return [...found.values()];
    },
    async findOnRecord(nameOrId) {
      const [found] = await findAllOnRecord([nameOrId]);
      // One was asked for, and what is not found throws.
      return found!;
    },
    findAllOnRecord,
    isNameFree: async (name) => (await living(name)) === undefined,
  };
}

/** Oldest first: of those with the same name it is the newest that stays. */
function byNameAndId(thopters: readonly Thopter[]): Map<string, Thopter> {
  const names = thopters.map((thopter) => [thopter.name, thopter] as const);
  return new Map([...names, ...thopters.map((thopter) => [thopter.id, thopter] as const)]);
}
