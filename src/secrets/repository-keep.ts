import type { KeptRepository } from "../core/ports/repositories.ts";
import type { Store } from "../core/ports/store.ts";
import type { Vault } from "../core/ports/vault.ts";
import { repositoryKey } from "../core/repository-key.ts";
import { vaultPurposeOf } from "../core/repository.ts";
import type { Repository } from "../core/repository.ts";

export type RepositoryKeepPorts = {
  store: Pick<Store, "get" | "list">;
  vaultFor: (purpose: string) => Vault;
};

export type RepositoryKeep = {
  keptFor(address: string): Promise<KeptRepository>;
  /** Opens all values once, so that the redactor knows them from the start. */
  openAll(report: (error: unknown, about: string) => void): Promise<void>;
};

/** What the hub keeps for repositories, for the steps of provisions. */
export function createRepositoryKeep(ports: RepositoryKeepPorts): RepositoryKeep {
  const { store, vaultFor } = ports;

  function open(repository: Repository): Record<string, string> {
    const vault = vaultFor(vaultPurposeOf(repository));
    return Object.fromEntries(
      repository.variables.map(({ name, sealed }) => [name, vault.unseal(sealed)]),
    );
  }

  return {
    async keptFor(address) {
      const repository = await store.get("repository", repositoryKey(address));
      if (repository === undefined) return { trusted: false, variables: () => ({}) };
      const { trusted, setupTimeoutMs } = repository;
      const kept: KeptRepository = { trusted, variables: () => open(repository) };
      if (setupTimeoutMs !== undefined) kept.setupTimeoutMs = setupTimeoutMs;
      return kept;
    },
    async openAll(report) {
      for (const repository of await store.list("repository")) {
        try {
          open(repository);
        } catch (error) {
          // Others are there all the same; whoever provisions from this one is told as well.
          report(error, `the variables of ${repository.address}`);
        }
      }
    },
  };
}
