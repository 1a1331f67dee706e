import type { ThopterView } from "../../src/core/ports/fleet.ts";
import { untrustedText } from "../../src/core/untrusted-text.ts";
import type { Sight } from "../resources/define-resource.ts";

/** A client shows a hundred of them; more than this would only cost time. */
const mostThopters = 2000;
const perPage = 500;
const mostOperations = 500;
const longestValue = 1000;

/** The names of thopters that exist, then their ids, for those who type an id. */
export async function thopterNames(sight: Sight): Promise<string[]> {
  const thopters = await knownThopters(sight);
  return [...thopters.map(({ name }) => name), ...thopters.map(({ id }) => id)];
}

/** The ids of operations, newest first. */
export async function operationIds({ fleet, caller }: Sight): Promise<string[]> {
  const { items } = await fleet.listOperations(caller, { limit: mostOperations });
  return items.map(({ id }) => id);
}

/** The repositories that thopters work on. */
export async function knownRepositories(sight: Sight): Promise<string[]> {
  return distinct((await knownThopters(sight)).map(({ repository }) => repository));
}

/** The bases that thopters began from, those of one repository where it is known. */
export async function knownBases(sight: Sight, repository: string | undefined): Promise<string[]> {
  const thopters = await knownThopters(sight);
  const those = thopters.filter((one) => repository === undefined || one.repository === repository);
  return distinct(those.flatMap(({ base }) => base ?? []));
}

export async function knownLabels(sight: Sight): Promise<string[]> {
  return distinct((await knownThopters(sight)).flatMap(({ labels }) => labels)).toSorted();
}

/** The names of the hub's templates. */
export async function templateNames({ fleet, caller }: Sight): Promise<string[]> {
  return (await fleet.listTemplates(caller)).templates.map(({ name }) => name);
}

/** The names of the identities that the caller may name. */
export async function identityNames({ fleet, caller }: Sight): Promise<string[]> {
  return (await fleet.listIdentities(caller)).map(({ name }) => name);
}

async function knownThopters({ fleet, caller }: Sight): Promise<ThopterView[]> {
  const found: ThopterView[] = [];
  let cursor: string | undefined;
  do {
    const page = await fleet.listThopters(caller, { limit: perPage, cursor });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && found.length < mostThopters);
  return found;
}

/** Each value once; one that would have to be altered to be shown is not offered. */
function distinct(values: readonly string[]): string[] {
  const shown = (value: string): boolean =>
    untrustedText(value, { maxLength: longestValue }) === value;
  return [...new Set(values)].filter(shown);
}
