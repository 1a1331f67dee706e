import type { Caller } from "../core/actor.ts";
import { loginTrouble } from "../core/identity.ts";
import type { Identity, IdentityLogin } from "../core/identity.ts";
import type { IdentityDetail, IdentityLoginView, IdentityView } from "../core/ports/identities.ts";
import { identityPerson } from "./identity-directory.ts";
import type { IdentityDirectory } from "./identity-directory.ts";
import type { People } from "./people.ts";
import type { FleetPorts } from "./ports.ts";

/** Identities as fronts show them: never a value of a login, sealed or not. */
export type IdentityViews = {
  view(caller: Caller, identity: Identity): Promise<IdentityView>;
  detail(caller: Caller, identity: Identity): Promise<IdentityDetail>;
  /** Why its logins do not work and who must renew them; undefined when nothing is known against them. */
  trouble(identity: Identity): string | undefined;
};

export function createIdentityViews(
  { clock }: Pick<FleetPorts, "clock">,
  { directory, people }: { directory: IdentityDirectory; people: People },
): IdentityViews {
  function troubleOf(identity: Identity, login: IdentityLogin): string | undefined {
    const trouble = loginTrouble(login, clock.now());
    if (trouble === undefined) return undefined;
    const { name, ownerId } = identity;
    const when =
      trouble === "has expired" && login.expiresAt !== undefined
        ? ` on ${new Date(login.expiresAt).toISOString().slice(0, 10)}`
        : "";
    return `its login ${login.variable} ${trouble}${when}. Its owner, ${people.nameOf(ownerId)}, must renew it: thopter identity create ${name} --replace --login`;
  }

  async function view(caller: Caller, identity: Identity): Promise<IdentityView> {
    const personId = identityPerson(caller);
    const { id, name, ownerId, shared, updatedAt, logins } = identity;
    const hubDefault = await directory.defaultOf(undefined);
    const own = personId === undefined ? undefined : await directory.defaultOf(personId);
    return {
      ...{ id, name, ownerId, shared, updatedAt },
      ownerName: people.nameOf(ownerId),
      mine: ownerId === personId,
      isDefault: (own ?? hubDefault) === id,
      isHubDefault: hubDefault === id,
      hasHome: identity.home !== undefined,
      variables: logins.map(({ variable }) => variable),
    };
  }

  function loginView(identity: Identity, login: IdentityLogin): IdentityLoginView {
    const { sealed: _sealed, ...shown } = login;
    const trouble = troubleOf(identity, login);
    return { ...shown, ...(trouble === undefined ? {} : { trouble }) };
  }

  return {
    view,
    async detail(caller, identity) {
      const { home, capturedFrom, createdAt, updatedBy, logins } = identity;
      return {
        ...(await view(caller, identity)),
        logins: logins.map((login) => loginView(identity, login)),
        ...(home === undefined ? {} : { home }),
        ...(capturedFrom === undefined ? {} : { capturedFrom }),
        createdAt,
        updatedByName: people.nameOf(updatedBy),
      };
    },
    trouble(identity) {
      for (const login of identity.logins) {
        const trouble = troubleOf(identity, login);
        if (trouble !== undefined) return trouble;
      }
      return undefined;
    },
  };
}
