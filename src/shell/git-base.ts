import { UserError } from "../core/errors.ts";
import type { CloneRequest } from "../core/ports/git.ts";
import type { GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { nearest } from "./git-nearest.ts";
import { findCommit } from "./git-shadow.ts";

/** Where the work starts: the name that was asked for, and its commit; "HEAD" and none in a repository without commits. */
export type Base = { name: string; commit?: string };

/**
 * Finds the base among what a clone fetched: a branch of the remote before a tag before a commit.
 * `fetchCommit` gets a commit that no branch or tag leads to. Throws UserError when there is none.
 */
export async function findBase(
  place: GitPlace,
  request: CloneRequest,
  fetchCommit: (id: string) => Promise<void>,
): Promise<Base> {
  if (request.base === undefined) return defaultBase(place, request);
  const { base } = request;
  const found =
    (await findCommit(place, `refs/remotes/origin/${base}`)) ??
    (await findCommit(place, `refs/tags/${base}`)) ??
    (await findById(place, base, fetchCommit));
  if (found !== undefined) return { name: base, commit: found };
  throw noSuchBase(request, await remoteBranches(place));
}

async function findById(
  place: GitPlace,
  base: string,
  fetchCommit: (id: string) => Promise<void>,
): Promise<string | undefined> {
  if (!/^[0-9a-f]{7,64}$/i.test(base)) return undefined;
  const found = await findCommit(place, base);
  if (found !== undefined || !/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(base)) return found;
  await fetchCommit(base);
  return findCommit(place, base);
}

async function defaultBase(place: GitPlace, request: CloneRequest): Promise<Base> {
  const prefix = "refs/remotes/origin/";
  const call = { doing: "read the remote's default branch", answers: [0, 1] };
  const head = await runGit(place, ["symbolic-ref", "--quiet", `${prefix}HEAD`], call);
  const name = head.stdout.trim().slice(prefix.length);
  const commit = name === "" ? undefined : await findCommit(place, `${prefix}${name}`);
  if (commit !== undefined) return { name, commit };
  const branches = await remoteBranches(place);
  if (branches.length > 0) throw noDefault(request, branches);
  return { name: "HEAD" };
}

async function remoteBranches(place: GitPlace): Promise<string[]> {
  const { stdout } = await runGit(
    place,
    ["for-each-ref", "--format=%(refname:strip=3)", "refs/remotes/origin"],
    { doing: "read the remote's branches" },
  );
  return stdout.split("\n").filter((name) => name !== "" && name !== "HEAD");
}

function noSuchBase({ base = "", repository }: CloneRequest, branches: string[]): UserError {
  const words =
    branches.length === 0
      ? "It has no branches yet: leave the base out."
      : `Near branches: ${quoted(nearest(base, branches, 10))}.`;
  return new UserError(
    `Cannot start from ${JSON.stringify(base)}: ${JSON.stringify(repository)} has no branch, tag or commit of that name. ${words}`,
    { code: "not_found" },
  );
}

function noDefault({ repository }: CloneRequest, branches: string[]): UserError {
  return new UserError(
    `Cannot start from the default branch: ${JSON.stringify(repository)} has none that exists. Name a base: ${quoted(branches.slice(0, 10))}.`,
    { code: "not_found" },
  );
}

function quoted(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(", ");
}
