import { join } from "node:path";
import { checkLogin } from "../checks/login-checks.ts";
import type { Config } from "../config.ts";
import { UserError } from "../core/errors.ts";
import { leftOutOf } from "../core/home-exclusions.ts";
import type { ChosenIdentity, Identity } from "../core/identity.ts";
import type { Clock, NewId } from "../core/ports/clock.ts";
import type { ChosenIdentities, IdentityKeep } from "../core/ports/identities.ts";
import type { Store } from "../core/ports/store.ts";
import type { Vault } from "../core/ports/vault.ts";
import { createIdentityFiles } from "./identity-files.ts";

type Parts = {
  store: Store;
  clock: Clock;
  newId: NewId;
  key: Buffer;
  /** Whatever it seals or unseals, the redactor knows. */
  vaultFor: (purpose: string) => Vault;
  learn: (secrets: readonly string[]) => void;
  report: (error: unknown, about: string) => void;
};

/** What identities hold, in the data directory of a configuration. The redactor knows all their logins when it resolves. */
export async function createIdentityKeep(config: Config, parts: Parts): Promise<IdentityKeep> {
  const { store, clock, newId, key, vaultFor, learn, report } = parts;
  const directory = join(config.THOPTER_DATA_DIR, "identities");
  const vaultOf = (id: string): Vault => vaultFor(`identity ${id}`);

  function loginsOf({ id, logins }: Identity): Record<string, string> {
    const vault = vaultOf(id);
    return Object.fromEntries(
      logins.map(({ variable, sealed }) => [variable, vault.unseal(sealed)]),
    );
  }

  for (const identity of await store.list("identity")) {
    try {
      loginsOf(identity);
    } catch (error) {
      // The hub still serves all that needs none of them.
      report(error, `the logins of the identity "${identity.name}"`);
    }
  }

  return {
    ...createIdentityFiles({ directory, key, newId, learn }),
    learn,
    loginsOf,
    seal: (id, secret) => vaultOf(id).seal(secret),
    async check(identity, signal) {
      const values = loginsOf(identity);
      const checks = identity.logins.map(async (login) => {
        const { variable } = login;
        const base = baseOf(variable);
        const asked = { name: variable, secret: values[variable] ?? "", url: config[base] };
        // What goes to an address of its own is nothing that the hub's addresses know.
        const result = base in values ? ("unchecked" as const) : await checkLogin(asked, signal);
        return { ...login, check: { at: clock.now(), result } };
      });
      return Promise.all(checks);
    },
  };
}

function baseOf(variable: string): "OPENAI_BASE_URL" | "ANTHROPIC_BASE_URL" {
  return variable.startsWith("OPENAI_") ? "OPENAI_BASE_URL" : "ANTHROPIC_BASE_URL";
}

/** What the steps of a provision get of the identity that its thopter names. */
export function createChosenIdentities(
  store: Store,
  keep: Pick<IdentityKeep, "loginsOf" | "home">,
): ChosenIdentities {
  return {
    async logins({ id, name }) {
      const identity = await store.get("identity", id);
      if (identity !== undefined) return keep.loginsOf(identity);
      throw new UserError(
        `Cannot use the identity "${name}": it was deleted. Provision again with another.`,
        { code: "unavailable" },
      );
    },
    async home(chosen: ChosenIdentity, without) {
      const { digest } = chosen;
      if (digest === undefined) return undefined;
      const leftOut = leftOutOf({ includeSsh: true });
      return keep.home({ ...chosen, digest }, (path) =>
        without.includes(path.split("/", 1)[0] ?? "") ? "the hub's own" : leftOut(path),
      );
    },
  };
}
