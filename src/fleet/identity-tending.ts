import type { Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import type { Identity } from "../core/identity.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { IdentityFleet } from "../core/ports/identities.ts";
import type { Write } from "../core/ports/store.ts";
import { auditWrite } from "./audit.ts";
import type { IdentityParts } from "./identity-parts.ts";

type Methods = Exclude<keyof IdentityFleet, "uploadHome" | "createIdentity">;

/** Looking at identities that are kept, choosing among them, and forgetting them. */
export function createIdentityTending(parts: IdentityParts): Pick<IdentityFleet, Methods> {
  const { ports, directory, views, choosing, inTurn, tidy } = parts;
  const { store, identities: keep } = ports;

  function audit(caller: Caller, action: string, { id, name }: Pick<Identity, "id" | "name">) {
    const entry = { action, subject: id, detail: name, outcome: "succeeded" } as const;
    return auditWrite(ports, caller, entry);
  }

  async function mustBeUnused({ id, name }: Identity): Promise<void> {
    if (!(await choosing.inUse()).some((one) => one.id === id)) return;
    throw new UserError(
      `Cannot delete the identity "${name}": a provision that is under way takes it. Wait until it has ended, or cancel it.`,
      { code: "conflict" },
    );
  }

  /** Nobody's default is one that is not there. */
  async function clearedDefaults({ id }: Identity): Promise<Write[]> {
    const writes: Write[] = [];
    for (const owner of [undefined, ...parts.people.all().map((person) => person.id)]) {
      if ((await directory.defaultOf(owner)) !== id) continue;
      writes.push(...(await directory.defaultWrite(owner, undefined)));
    }
    return writes;
  }

  return {
    async listIdentities(caller) {
      requireRole(caller, "viewer", "list identities");
      const nameable = await directory.nameable(caller);
      return Promise.all(nameable.map((identity) => views.view(caller, identity)));
    },
    async getIdentity(caller, { identity }) {
      requireRole(caller, "viewer", "look at an identity");
      const found = await directory.findOwn(caller, identity, "look into the identity");
      return views.detail(caller, found);
    },
    async deleteIdentity(caller, { identity }) {
      requireRole(caller, "operator", "delete an identity");
      requirePerson(caller, "delete an identity");
      return inTurn(async () => {
        const found = await directory.findOwn(caller, identity, "delete the identity");
        await mustBeUnused(found);
        const cleared = await clearedDefaults(found);
        await store.commit([...cleared, audit(caller, "identity.delete", found)]);
        await store.purge("identity", [found.id]);
        await tidy();
        return { name: found.name };
      });
    },
    async setDefaultIdentity(caller, { identity, hub = false }) {
      requireRole(caller, hub ? "admin" : "operator", "choose a default identity");
      const personId = requirePerson(caller, "choose a default identity");
      return inTurn(async () => {
        const found =
          identity === undefined ? undefined : await directory.findUsable(personId, identity);
        if (hub && found?.shared === false) throw notShared(found.name);
        const chosen = found ?? { id: "none", name: "none" };
        await store.commit([
          ...(await directory.defaultWrite(hub ? undefined : personId, found?.id)),
          audit(caller, hub ? "identity.hub-default" : "identity.default", chosen),
        ]);
        return found === undefined ? {} : { name: found.name };
      });
    },
    async checkIdentity(caller, { identity }) {
      requireRole(caller, "operator", "check an identity");
      const asked = await directory.findOwn(caller, identity, "check the identity");
      const checked = await keep.check(asked, new AbortController().signal);
      return inTurn(async () => {
        const found = await directory.findOwn(caller, asked.id, "check the identity");
        // One that was renewed meanwhile was not asked about.
        const logins = found.logins.map(
          (login) => checked.find(({ sealed }) => sealed === login.sealed) ?? login,
        );
        const record = { ...found, version: found.version + 1, logins };
        await store.commit([{ kind: "identity", record }, audit(caller, "identity.check", found)]);
        return views.detail(caller, record);
      });
    },
  };
}

function notShared(name: string): UserError {
  return new UserError(
    `Cannot make "${name}" the hub's default: it is not shared. Share it with "thopter identity create ${name} --replace --shared".`,
    { code: "conflict" },
  );
}
