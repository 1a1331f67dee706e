import { UserError } from "../core/errors.ts";
import type { Clone, CloneRequest, CloneResult } from "../core/ports/git.ts";
import { parseAddress, reaching } from "./git-address.ts";
import type { Base } from "./git-base.ts";
import { findBase } from "./git-base.ts";
import type { GitJob, GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { findFinished } from "./git-finished.ts";
import { saveOriginTags } from "./git-origin-tags.ts";
import { remoteError } from "./git-remote-error.ts";
import { restoreWork } from "./git-restore.ts";
import { runScript } from "./git-script.ts";
import { startOf } from "./git-start.ts";

/**
 * Clones beside the final place and moves there when all is done, so that an attempt that died is
 * simply repeated. Files of Git LFS stay pointers and submodules stay empty: to fetch them runs what
 * the repository says. A repository without commits has the id of the tree without files as its base.
 */
export async function cloneRepository(
  clone: Clone,
  request: CloneRequest,
  job: GitJob,
): Promise<CloneResult> {
  parseAddress(request.repository, request.access.protocols);
  await checkBranch({ job }, request.branch);
  const finished = await findFinished(clone, request, job);
  if (finished !== undefined) return finished;
  const path = `${clone.path}.cloning`;
  const staging: GitPlace = {
    job,
    cwd: path,
    env: { GIT_DIR: `${path}/.git`, GIT_WORK_TREE: path },
  };
  await download(path, request, job);
  await saveOriginTags(job, { gitDirectory: `${path}/.git`, scratch: clone.scratch });
  const base = await findBase(staging, request, async (id) => fetchCommit(staging, request, id));
  await ensureIdentity(staging);
  const result = await makeBranch(staging, request, base);
  await runScript(job, move, {
    doing: `put the clone in "${clone.path}": something is there already, or it cannot be written`,
    args: [path, clone.path],
  });
  return result;
}

const prepare = `set -eu
rm -rf -- "$1"
mkdir -p -- "$(dirname -- "$1")"`;

// An empty directory may wait for the clone; anything else there is not ours to remove.
const move = `set -eu
if [ -d "$2" ]; then rmdir -- "$2"; fi
[ ! -e "$2" ]
mv -- "$1" "$2"`;

async function checkBranch(place: GitPlace, branch: string): Promise<void> {
  const args = ["check-ref-format", `refs/heads/${branch}`];
  const call = { doing: "check the name of the branch", answers: [0, 1] };
  const valid = !branch.startsWith("-") && (await runGit(place, args, call)).exitCode === 0;
  if (valid) return;
  throw new UserError(
    `Cannot make the branch ${JSON.stringify(branch)}: git does not allow that name. Choose another.`,
  );
}

async function download(path: string, request: CloneRequest, job: GitJob): Promise<void> {
  await runScript(job, prepare, { doing: `make "${path}"`, args: [path] });
  const { settings, env } = reaching(request.repository, request.access);
  const options = ["--quiet", "--no-checkout", "--no-local", "--template=", "--origin=origin"];
  const { exitCode, stderr } = await runGit(
    { job, settings, env },
    ["clone", ...options, "--no-recurse-submodules", "--", request.repository, path],
    {
      doing: `clone ${JSON.stringify(request.repository)}`,
      limit: "transferMs",
      answers: [0, 1, 128],
    },
  );
  if (exitCode !== 0) throw remoteError("clone", request.repository, { exitCode, stderr });
}

async function fetchCommit(staging: GitPlace, request: CloneRequest, id: string): Promise<void> {
  const { settings, env } = reaching(request.repository, request.access);
  // A remote that does not have it, or does not give single commits, is answered by the caller.
  await runGit(
    { ...staging, settings, env: { ...staging.env, ...env } },
    ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "origin", id],
    { doing: `fetch ${id}`, limit: "transferMs", answers: [0, 1, 128] },
  );
}

/** A commit needs an author: where the machine knows none, the clone alone gets one. */
async function ensureIdentity(staging: GitPlace): Promise<void> {
  const script = `set -eu
unset GIT_CONFIG_NOSYSTEM GIT_CONFIG_GLOBAL
if git config --get user.email > /dev/null; then exit 0; fi
git config --file "$1/.git/config" user.name thopter
git config --file "$1/.git/config" user.email thopter@localhost`;
  await runScript(staging.job, script, {
    doing: "set the author of commits",
    args: [staging.cwd ?? ""],
  });
}

async function makeBranch(
  staging: GitPlace,
  request: CloneRequest,
  base: Base,
): Promise<CloneResult> {
  const branch = `refs/heads/${request.branch}`;
  const call = {
    doing: `make the branch ${JSON.stringify(request.branch)}`,
    limit: "scanMs",
  } as const;
  await dropOtherBranch(staging, request, base);
  await runGit(staging, ["symbolic-ref", "HEAD", branch], call);
  if (base.commit !== undefined) {
    await runGit(staging, ["update-ref", branch, base.commit], call);
  }
  if (request.bundlePath !== undefined) {
    await restoreWork(staging, { ...request, bundlePath: request.bundlePath });
  } else if (base.commit !== undefined) {
    await runGit(staging, ["reset", "--quiet", "--hard"], call);
  }
  return { base: base.name, baseCommit: await startOf(staging, base) };
}

// Git makes the remote's default branch. It stays when the work starts from it, as people expect it then.
async function dropOtherBranch(
  staging: GitPlace,
  request: CloneRequest,
  base: Base,
): Promise<void> {
  const call = { doing: "read the default branch", answers: [0, 1] };
  const head = await runGit(staging, ["symbolic-ref", "--quiet", "HEAD"], call);
  const made = head.stdout.trim();
  const clashes = `refs/heads/${request.branch}`.startsWith(`${made}/`);
  if (made === "" || (made === `refs/heads/${base.name}` && !clashes)) return;
  await runGit(staging, ["update-ref", "-d", made], call);
}
