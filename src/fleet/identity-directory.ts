import { personOf } from "../core/actor.ts";
import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { didYouMean } from "../core/nearest.ts";
import type { Identity } from "../core/identity.ts";
import { requirePerson } from "../core/permission.ts";
import type { Write } from "../core/ports/store.ts";
import { untrustedText } from "../core/untrusted-text.ts";
import type { FleetPorts } from "./ports.ts";

/** What an agent's token must have to name other identities than its person's default. */
const choosingToolset = "identities";

/** Finds identities, and those that provisions take when they name none. */
export type IdentityDirectory = {
  all(): Promise<Identity[]>;
  /** Those that a person may use: their own and those that are shared, their own first. */
  usable(personId: string): Promise<Identity[]>;
  /** Throws UserError "not_found". */
  findUsable(personId: string, nameOrId: string): Promise<Identity>;
  /**
   * Those that a caller may name: a person's usable ones; an agent's only what it gets unasked and,
   * with the toolset "identities" on its token, what its person owns. Never one that somebody else
   * owns and nobody chose for it.
   */
  nameable(caller: Caller): Promise<Identity[]>;
  /** Throws UserError "not_found", or "forbidden" for what an agent may not name. */
  findNameable(caller: Caller, nameOrId: string): Promise<Identity>;
  /** One that the caller owns; an admin finds those of others as well. Throws UserError. */
  findOwn(caller: Caller, nameOrId: string, action: string): Promise<Identity>;
  defaultOf(personId: string | undefined): Promise<string | undefined>;
  /** The write that sets a default, of a person or of the hub, or clears it. */
  defaultWrite(personId: string | undefined, identityId: string | undefined): Promise<Write[]>;
};

export function createIdentityDirectory({ store }: Pick<FleetPorts, "store">): IdentityDirectory {
  const settingOf = (personId: string | undefined): string =>
    personId === undefined ? "identity-default" : `identity-default:${personId}`;

  const all = (): Promise<Identity[]> => store.list("identity");

  async function usable(personId: string): Promise<Identity[]> {
    const identities = await all();
    const own = identities.filter(({ ownerId }) => ownerId === personId);
    const shared = identities.filter(({ ownerId, shared: is }) => ownerId !== personId && is);
    return [...own, ...shared];
  }

  async function defaultOf(personId: string | undefined): Promise<string | undefined> {
    const value = (await store.get("setting", settingOf(personId)))?.value;
    return value === "" ? undefined : value;
  }

  async function nameable(caller: Caller): Promise<Identity[]> {
    const personId = identityPerson(caller);
    if (personId === undefined) return [];
    const known = await usable(personId);
    if (caller.actor.kind !== "agent") return known;
    const usual = (await defaultOf(personId)) ?? (await defaultOf(undefined));
    const ownToo = mayChooseIdentity(caller);
    return known.filter(({ id, ownerId }) => id === usual || (ownToo && ownerId === personId));
  }

  return {
    all,
    usable,
    nameable,
    async findNameable(caller, nameOrId) {
      const identities = await nameable(caller);
      const found = pick(identities, nameOrId);
      if (found !== undefined) return found;
      throw mayChooseIdentity(caller)
        ? notFound(nameOrId, identities)
        : notForAgents(nameOrId, identities[0]);
    },
    async findUsable(personId, nameOrId) {
      const identities = await usable(personId);
      const found = pick(identities, nameOrId);
      if (found !== undefined) return found;
      throw notFound(nameOrId, identities);
    },
    async findOwn(caller, nameOrId, action) {
      const personId = requirePerson(caller, action);
      const mine = await usable(personId);
      const isAdmin = caller.role === "admin";
      const found = pick(mine, nameOrId) ?? (isAdmin ? pick(await all(), nameOrId) : undefined);
      if (found === undefined) throw notFound(nameOrId, mine);
      if (isAdmin || found.ownerId === personId) return found;
      throw new UserError(
        `Cannot ${action} "${found.name}": it is not yours. Its owner or an admin can.`,
        { code: "forbidden" },
      );
    },
    defaultOf,
    async defaultWrite(personId, identityId) {
      const id = settingOf(personId);
      const known = await store.get("setting", id);
      const value = identityId ?? "";
      if ((known?.value ?? "") === value) return [];
      return [{ kind: "setting", record: { id, version: (known?.version ?? 0) + 1, value } }];
    },
  };
}

function pick(identities: readonly Identity[], nameOrId: string): Identity | undefined {
  return (
    identities.find(({ id }) => id === nameOrId) ?? identities.find(({ name }) => name === nameOrId)
  );
}

function notFound(nameOrId: string, identities: readonly Identity[]): UserError {
  const names = identities.map(({ name }) => name);
  const valid =
    names.length === 0 ? "You have none" : `There are: ${names.slice(0, 20).join(", ")}`;
  const hint = didYouMean(nameOrId, names);
  return new UserError(
    `Cannot find an identity "${untrustedText(nameOrId, { maxLength: 60 })}". ${hint}${valid}. "thopter identity create" makes one.`,
    { code: "not_found" },
  );
}

function notForAgents(nameOrId: string, usual: Identity | undefined): UserError {
  const gets = usual === undefined ? "none" : `"${usual.name}"`;
  return new UserError(
    `Cannot choose the identity "${untrustedText(nameOrId, { maxLength: 60 })}": your token gets what its person chose, ${gets}, and only a person may choose another. Leave it out, or ask them: "thopter identity default" changes it, and a token made with --toolset ${choosingToolset} may name what they own.`,
    { code: "forbidden" },
  );
}

/** Whether a caller may name more than it gets unasked: a person, or an agent whose token says so. */
export function mayChooseIdentity({ actor, toolsets = [] }: Caller): boolean {
  return actor.kind === "person" || (actor.kind === "agent" && toolsets.includes(choosingToolset));
}

/** The person whose identities a caller may use. */
export function identityPerson(caller: Caller): string | undefined {
  return personOf(caller.actor);
}
