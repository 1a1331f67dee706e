import { ProviderError } from "../core/errors.ts";
import type { Clone, GitAccess } from "../core/ports/git.ts";
import { reaching } from "./git-address.ts";
import type { GitJob } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { originOf } from "./git-finished.ts";
import { causeOf } from "./git-failure.ts";
import { remoteError } from "./git-remote-error.ts";
import type { Shadow } from "./git-shadow.ts";
import { openClone } from "./git-shadow.ts";
import { takeSnapshot } from "./git-snapshot.ts";
import { survey } from "./git-survey.ts";
import { tipsOf } from "./git-tips.ts";
import { withWorkspace } from "./git-workspace.ts";

type PushRequest = { branch: string; access: GitAccess };

/**
 * Pushes what is checked out, with the uncommitted changes as one commit on it, and never by force.
 * The same work makes the same commit, so a push may be repeated. It goes to the repository that the
 * hub recorded; to one that only the clone names, it goes without the token.
 */
export async function pushWork(clone: Clone, request: PushRequest, job: GitJob): Promise<void> {
  await withWorkspace({ clone, job }, async (workspace) => {
    const shadow = await openClone(workspace, clone.path, "exact");
    const tip = await workTip(shadow);
    const target = clone.repository ?? (await originOf(clone, job));
    if (tip === undefined || target === undefined) {
      throw new ProviderError(
        `Cannot push the work in "${clone.path}": ${tip === undefined ? "no commit is checked out" : "it has no remote"}.`,
        { kind: "permanent" },
      );
    }
    const { token, protocols } = request.access;
    const trusted = clone.repository !== undefined && token !== undefined;
    const access = trusted ? { token, protocols } : { protocols };
    await push(shadow, { tip, target, access, branch: request.branch });
  });
}

async function workTip(shadow: Shadow): Promise<string | undefined> {
  const found = await survey(shadow);
  const tips = await tipsOf(shadow);
  const holding = { name: ".", shadow, survey: found, tips, commits: 0 };
  return (await takeSnapshot(holding)).worktree ?? tips.head;
}

async function push(
  shadow: Shadow,
  { tip, target, access, branch }: PushRequest & { tip: string; target: string },
): Promise<void> {
  const { settings, env } = reaching(target, access);
  const { exitCode, stdout, stderr } = await runGit(
    { ...shadow, settings, env: { ...shadow.env, ...env } },
    ["push", "--porcelain", "--no-verify", "--", target, `${tip}:refs/heads/${branch}`],
    { doing: "push the work", limit: "transferMs", answers: [0, 1, 128] },
  );
  if (exitCode === 0) return;
  const error = remoteError("push to", target, { exitCode, stderr: `${stdout}\n${stderr}` });
  if (error instanceof ProviderError) throw error;
  throw new ProviderError(error.message, { kind: "permanent", cause: causeOf(stderr) });
}
