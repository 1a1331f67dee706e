import type { Config } from "../config.ts";
import type { Clock, NewId } from "../core/ports/clock.ts";
import type { ChosenIdentities, IdentityKeep } from "../core/ports/identities.ts";
import type { Store } from "../core/ports/store.ts";
import type { Vault } from "../core/ports/vault.ts";
import type { Redactor } from "../core/redact.ts";
import { createChosenIdentities, createIdentityKeep } from "../identities/identity-keep.ts";
import { createRepositoryKeep, type RepositoryKeep } from "./repository-keep.ts";
import { openKnownSecrets, type KnownSecrets } from "./known-secrets.ts";
import { readSecretFile } from "./secret-file.ts";
import { createVaults } from "./vaults.ts";

/** What a hub keeps sealed: of repositories, and of identities. */
export type Kept = Pick<RepositoryKeep, "keptFor"> & {
  vaultFor: (purpose: string) => Vault;
  identityKeep: IdentityKeep;
  identities: ChosenIdentities;
  knownSecrets: KnownSecrets;
};

/** Opens all of it once, so that the redactor knows its secrets from here on. */
export async function openKept(
  config: Config,
  ports: {
    store: Store;
    clock: Clock;
    newId: NewId;
    redact: Redactor;
    report: (error: unknown, about: string) => void;
  },
): Promise<Kept> {
  const { store, redact, report } = ports;
  const key = await readSecretFile(config.THOPTER_DATA_DIR, "vault-key");
  const directory = config.THOPTER_DATA_DIR;
  const knownSecrets = await openKnownSecrets({ ...ports, directory, key });
  const vaultFor = createVaults(key, redact);
  const repositoryKeep = createRepositoryKeep({ store, vaultFor });
  await repositoryKeep.openAll(report);
  const { learn } = redact;
  const identityKeep = await createIdentityKeep(config, { ...ports, key, vaultFor, learn });
  const identities = createChosenIdentities(store, identityKeep);
  await knownSecrets.settle();
  const { keptFor } = repositoryKeep;
  return { keptFor, vaultFor, identityKeep, identities, knownSecrets };
}
