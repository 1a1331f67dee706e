import { personOf } from "../core/actor.ts";
import type { Actor, Caller } from "../core/actor.ts";
import { UserError } from "../core/errors.ts";
import { requirePerson, requireRole } from "../core/permission.ts";
import type { RepositoryFleet, RepositoryView } from "../core/ports/repositories.ts";
import { parseRepository } from "../core/repository-address.ts";
import { repositoryKey } from "../core/repository-key.ts";
import {
  checkSetupTimeout,
  checkVariableCount,
  checkVariableName,
  checkVariableValue,
  vaultPurposeOf,
} from "../core/repository.ts";
import type { Repository, RepositoryVariable } from "../core/repository.ts";
import { span } from "../core/words.ts";
import { auditWrite } from "./audit.ts";
import type { People } from "./people.ts";
import type { FleetOptions, FleetPorts } from "./ports.ts";
import { createSerially } from "./serially.ts";

type Parts = { ports: FleetPorts; options: FleetOptions; people: People };
type Change = { patch: Partial<Repository>; action: string; detail: string };

/** What the hub keeps for repositories. Values are sealed as they come, and shown to nobody. */
export function createRepositories({ ports, options, people }: Parts): RepositoryFleet {
  const { store, clock } = ports;
  const serially = createSerially();
  const trustedKeys = new Set(options.setupRepositories?.map(repositoryKey));
  const trustsAll = options.setupRepositories?.includes("*") === true;

  function nameOf(actor: Actor): string {
    const personId = personOf(actor);
    return personId === undefined ? "the hub" : people.nameOf(personId);
  }

  function view(repository: Repository): RepositoryView {
    const { version: _version, changedBy, variables, ...shown } = repository;
    return {
      ...shown,
      variables: variables.map(({ name, setAt, setBy }) => ({
        ...{ name, setAt },
        setByName: nameOf(setBy),
      })),
      trustedBySettings: trustsAll || trustedKeys.has(repository.id),
      changedByName: nameOf(changedBy),
    };
  }

  async function find(address: string): Promise<Repository> {
    const wanted = parseRepository(address, { local: true }).address;
    const found = await store.get("repository", repositoryKey(wanted));
    if (found !== undefined) return found;
    throw new UserError(
      `Cannot find anything kept for "${wanted}". "thopter repository list" shows what there is.`,
      { code: "not_found" },
    );
  }

  function requireAdmin(caller: Caller, action: string): void {
    requirePerson(caller, action);
    requireRole(caller, "admin", action);
  }

  /** Changes a record, or begins one, with the audit entry in the same commit. */
  async function change(
    caller: Caller,
    input: string,
    decide: (before: Repository) => Change,
  ): Promise<RepositoryView> {
    const { address } = parseRepository(input, { local: true });
    const id = repositoryKey(address);
    const { actor } = caller;
    return serially(id, async () => {
      const begun = { id, version: 0, address, variables: [], trusted: false };
      const now = { changedBy: actor, changedAt: clock.now() };
      const before = (await store.get("repository", id)) ?? { ...begun, ...now };
      const { patch, action, detail } = decide(before);
      const record = { ...before, ...patch, ...now, version: before.version + 1 };
      const entry = { action, subject: id, outcome: "succeeded", detail } as const;
      await store.commit([{ kind: "repository", record }, auditWrite(ports, caller, entry)]);
      return view(record);
    });
  }

  return {
    async listRepositories(caller) {
      requireRole(caller, "operator", "list repositories");
      return (await store.list("repository")).map(view);
    },
    async showRepository(caller, { address }) {
      requireRole(caller, "operator", "look at a repository");
      return view(await find(address));
    },
    async setRepositoryVariables(caller, { address, set = {}, unset = [] }) {
      requireAdmin(caller, "change the variables of a repository");
      const names = Object.keys(set).map(checkVariableName);
      for (const [name, value] of Object.entries(set)) checkVariableValue(name, value);
      const both = unset.find((name) => names.includes(name));
      if (both !== undefined || names.length + unset.length === 0) {
        const why = both === undefined ? "name one" : `"${both}" is to come and to go`;
        throw new UserError(`Cannot change the variables: ${why}.`);
      }
      return change(caller, address, (before) => {
        const missing = unset.find((name) => !before.variables.some((one) => one.name === name));
        if (missing !== undefined) {
          throw new UserError(
            `Cannot take out the variable "${missing.slice(0, 60)}": none is kept.`,
            {
              code: "not_found",
            },
          );
        }
        const vault = ports.vaultFor(vaultPurposeOf(before));
        const made = Object.entries(set).map(([name, value]): RepositoryVariable => ({
          ...{ name, sealed: vault.seal(value) },
          ...{ setBy: caller.actor, setAt: clock.now() },
        }));
        const kept = before.variables.filter(({ name }) => ![...names, ...unset].includes(name));
        const variables = [...kept, ...made].toSorted((a, b) => (a.name < b.name ? -1 : 1));
        checkVariableCount(variables.length);
        const words = [...names.map((one) => `+${one}`), ...unset.map((one) => `-${one}`)].join(
          " ",
        );
        return { patch: { variables }, action: "set-variables", detail: words.slice(0, 500) };
      });
    },
    async trustRepository(caller, { address, trusted, setupTimeoutMs }) {
      requireAdmin(caller, trusted ? "trust a repository" : "distrust a repository");
      const time = setupTimeoutMs === undefined ? undefined : checkSetupTimeout(setupTimeoutMs);
      return change(caller, address, () => ({
        patch: { trusted, ...(time === undefined ? {} : { setupTimeoutMs: time }) },
        action: trusted ? "trust-repository" : "distrust-repository",
        detail: time === undefined ? "" : `its setup script may take ${span(time)}`,
      }));
    },
    async deleteRepository(caller, { address }) {
      requireAdmin(caller, "delete what is kept for a repository");
      const { id } = await find(address);
      return serially(id, async () => {
        const gone = await find(address);
        const entry = { action: "delete-repository", subject: id, outcome: "accepted" } as const;
        // First, for what is forgotten leaves no trace of its own.
        await store.commit([auditWrite(ports, caller, entry)]);
        await store.purge("repository", [id]);
        return view(gone);
      });
    },
  };
}
