import { ProviderError } from "../core/errors.ts";
import type { Clone, CloneRequest, CloneResult } from "../core/ports/git.ts";
import { findBase } from "./git-base.ts";
import type { GitJob } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { runScript } from "./git-script.ts";
import { openShadow } from "./git-shadow.ts";
import { startOf } from "./git-start.ts";
import { withWorkspace } from "./git-workspace.ts";

/** The answer of a clone that an earlier attempt finished. Throws where something else is in its place. */
export async function findFinished(
  clone: Clone,
  request: CloneRequest,
  job: GitJob,
): Promise<CloneResult | undefined> {
  if (!(await isOccupied(clone, job))) return undefined;
  return withWorkspace({ clone, job }, async (workspace) => {
    const shadow = await openShadow(workspace, clone.path, "normalised");
    if (shadow === undefined) throw somethingElse(clone, request);
    const origin = await originOf(clone, job);
    const branch = `refs/heads/${request.branch}`;
    const call = { doing: `read the branches of "${clone.path}"`, answers: [0, 1, 128] };
    const exists = await runGit(shadow, ["show-ref", "--verify", "--quiet", branch], call);
    const head = await runGit(shadow, ["symbolic-ref", "--quiet", "HEAD"], call);
    const isThere = exists.exitCode === 0 || head.stdout.trim() === branch;
    if (origin !== request.repository || !isThere) throw somethingElse(clone, request);
    const base = await findBase(shadow, request, async () => undefined);
    return { base: base.name, baseCommit: await startOf(shadow, base) };
  });
}

async function isOccupied(clone: Clone, job: GitJob): Promise<boolean> {
  const script = `[ -n "$(ls -A -- "$1" 2> /dev/null)" ]`;
  const call = { doing: `look for "${clone.path}"`, args: [clone.path], answers: [0, 1] };
  return (await runScript(job, script, call)).exitCode === 0;
}

/** The remote that a clone's settings name: an agent may have written them. */
export async function originOf(clone: Clone, job: GitJob): Promise<string | undefined> {
  const args = ["config", "--file", `${clone.path}/.git/config`, "--get", "remote.origin.url"];
  const call = { doing: `read the remote of "${clone.path}"`, answers: [0, 1, 3, 128] };
  const { exitCode, stdout } = await runGit({ job }, args, call);
  return exitCode === 0 ? stdout.trim() : undefined;
}

function somethingElse(clone: Clone, request: CloneRequest): ProviderError {
  return new ProviderError(
    `Cannot clone ${JSON.stringify(request.repository)}: "${clone.path}" holds something else already. Remove it, or clone elsewhere.`,
    { kind: "permanent" },
  );
}
