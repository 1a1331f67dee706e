import { ProviderError, UserError } from "../core/errors.ts";
import type { CloneRequest } from "../core/ports/git.ts";
import { reaching } from "./git-address.ts";
import type { GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { causeOf } from "./git-failure.ts";
import { restoreLargeFiles } from "./git-large-files.ts";
import { listRefs, type Ref } from "./git-refs.ts";
import { rescueRefs } from "./git-rescue-refs.ts";
import { findCommit } from "./git-shadow.ts";
import { writeWorkTree } from "./git-work-tree.ts";

/** Where everything that a bundle holds can be found after a restore, whatever became of it. */
const rescued = (name: string): string => name.replace(/^refs\//, "refs/rescued/");

type RestoreRequest = CloneRequest & { bundlePath: string };

/**
 * Takes the work from a bundle into a fresh clone: all its refs below refs/rescued, its branches and
 * stashes under their own names, the commits on the branch that was checked out, then what was staged
 * and changed. A merge or rebase under way is not resumed; what it stood on is below refs/rescued.
 */
export async function restoreWork(staging: GitPlace, request: RestoreRequest): Promise<void> {
  await fetchMissing(staging, request);
  await fetchBundle(staging, request.bundlePath);
  await restoreLargeFiles(staging, staging.env?.["GIT_DIR"] ?? "");
  const refs = await listRefs(staging, {
    doing: "read the rescued refs",
    prefix: "refs/rescued",
  });
  await restoreBranches(staging, request.branch, refs);
  const work = await workOf(staging);
  const branch = `refs/heads/${request.branch}`;
  const call = { doing: "restore the branch" };
  if (work.head === undefined) await runGit(staging, ["update-ref", "-d", branch], call);
  else await runGit(staging, ["update-ref", branch, work.head], call);
  await writeWorkTree(staging, work);
  await restoreStashes(staging, refs);
}

/** The bundle of a large clone needs commits of the remote, which no branch there may lead to any more. */
async function fetchMissing(staging: GitPlace, request: RestoreRequest): Promise<void> {
  const call = { doing: "read the bundle", limit: "scanMs", answers: [0, 1, 128] } as const;
  const args = ["bundle", "verify", request.bundlePath];
  const verified = await runGit(staging, args, call);
  if (verified.exitCode === 0) return;
  const missing = [...verified.stderr.matchAll(/^error: ([0-9a-f]{40,64})\b/gm)].flatMap(
    ([, id]) => id ?? [],
  );
  if (missing.length === 0) throw unreadable(request, verified.stderr);
  const { settings, env } = reaching(request.repository, request.access);
  const fetched = await runGit(
    { ...staging, settings, env: { ...staging.env, ...env } },
    ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", ...missing],
    { doing: "fetch what the bundle needs", limit: "transferMs", answers: [0, 1, 128] },
  );
  if (fetched.exitCode === 0) return;
  throw new ProviderError(
    `Cannot restore ${JSON.stringify(request.bundlePath)}: the remote no longer has commit ${missing[0] ?? ""}, on which it builds. Put that commit back there.`,
    { kind: "permanent", cause: causeOf(fetched.stderr) },
  );
}

async function fetchBundle(staging: GitPlace, bundlePath: string): Promise<void> {
  const place = { ...staging, env: { ...staging.env, GIT_ALLOW_PROTOCOL: "file" } };
  const options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"];
  await runGit(place, ["fetch", ...options, "--", bundlePath, "+refs/*:refs/rescued/*"], {
    doing: `take the work from "${bundlePath}"`,
    limit: "scanMs",
  });
}

function unreadable({ bundlePath }: RestoreRequest, stderr: string): UserError {
  return new UserError(
    `Cannot restore ${JSON.stringify(bundlePath)}: it is no git bundle, or it is damaged. Choose another rescue.`,
    { cause: causeOf(stderr) },
  );
}

async function restoreBranches(
  staging: GitPlace,
  branch: string,
  refs: readonly Ref[],
): Promise<void> {
  const prefix = "refs/rescued/heads/";
  for (const { name, id } of refs) {
    const own = name.slice(prefix.length);
    if (!name.startsWith(prefix) || own === branch) continue;
    // Names that cannot stand beside the new branch ("a" and "a/b") stay below refs/rescued.
    await runGit(staging, ["update-ref", `refs/heads/${own}`, id], {
      doing: `restore the branch ${JSON.stringify(own)}`,
      answers: [0, 128],
    });
  }
}

/** The commits that stand for what was checked out, staged and changed. */
async function workOf(staging: GitPlace) {
  const find = async (name: string) => findCommit(staging, rescued(name));
  const [index, worktree] = [await find(rescueRefs.index), await find(rescueRefs.worktree)];
  const stands = worktree ?? index;
  // A bundle names no head that the base commit has already: then it is the parent of the work.
  const parent = stands === undefined ? undefined : await findCommit(staging, `${stands}^`);
  const head = (await find(rescueRefs.head)) ?? parent;
  const kept = stands === undefined ? await findCommit(staging, "HEAD") : undefined;
  const checkedOut = head ?? kept;
  return {
    ...(checkedOut === undefined ? {} : { head: checkedOut }),
    ...(index === undefined ? {} : { index }),
    ...(worktree === undefined ? {} : { worktree }),
  };
}

async function restoreStashes(staging: GitPlace, refs: readonly Ref[]): Promise<void> {
  const prefix = rescued(rescueRefs.stash);
  const number = (name: string): number => Number(name.slice(prefix.length));
  const stashes = refs
    .filter(({ name }) => name.startsWith(prefix))
    .toSorted((a, b) => number(b.name) - number(a.name));
  for (const { id } of stashes) {
    // The oldest first. What is no stash in git's eyes stays below refs/rescued.
    await runGit(staging, ["stash", "store", "--quiet", "--message", "rescued", id], {
      doing: "restore a stash",
      answers: [0, 1, 128],
    });
  }
}
