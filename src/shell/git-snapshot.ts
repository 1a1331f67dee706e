import { ProviderError } from "../core/errors.ts";
import type { GitCall } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { causeOf, failureOf, gitError } from "./git-failure.ts";
import { emptyTree } from "./git-empty-tree.ts";
import type { Holding } from "./git-holdings.ts";
import type { Shadow } from "./git-shadow.ts";

/** The uncommitted work of a repository as commits on its HEAD; absent where it equals HEAD. */
export type Snapshot = {
  /** All that is staged. */
  index?: string;
  /** All files that are not ignored. */
  worktree?: string;
};

/** Writes the snapshot's objects to the shadow. The same work gives the same commits. */
export async function takeSnapshot(holding: Holding): Promise<Snapshot> {
  const { shadow, tips } = holding;
  const base = await baseOf(shadow, tips.head);
  await settleConflicts(shadow);
  const index = await writeTree(shadow);
  await addAll(shadow, holding.survey.untrackedRepositories);
  const worktree = await writeTree(shadow);
  const commit = async (tree: string, what: string) =>
    commitTree(shadow, { ...base, tree, message: `${what} in ${JSON.stringify(holding.name)}\n` });
  return {
    ...(index === base.headTree ? {} : { index: await commit(index, "Staged changes") }),
    ...(worktree === base.headTree
      ? {}
      : { worktree: await commit(worktree, "Uncommitted changes") }),
  };
}

type Base = { parent?: string; headTree: string; date: string };

async function baseOf(shadow: Shadow, head: string | undefined): Promise<Base> {
  const call = { doing: `read the last commit of "${shadow.work}"` };
  if (head === undefined) return { headTree: await emptyTree(shadow), date: "@0 +0000" };
  const { stdout } = await runGit(shadow, ["show", "-s", "--format=%ct %T", head, "--"], call);
  const [time = "0", headTree = ""] = stdout.trim().split(" ");
  return { parent: head, headTree, date: `@${time} +0000` };
}

// A conflict has up to three versions and no tree can hold them: the first of ours, theirs, the base.
async function settleConflicts(shadow: Shadow): Promise<void> {
  const call = { doing: `read the conflicts of "${shadow.work}"` };
  const { stdout } = await runGit(shadow, ["ls-files", "--unmerged", "-z"], call);
  const chosen = new Map<string, { mode: string; id: string; stage: number }>();
  for (const record of stdout.split("\0")) {
    if (record === "") continue;
    const path = record.slice(record.indexOf("\t") + 1);
    const [mode = "", id = "", stage = ""] = record.split(/[ \t]/, 3);
    const rank = (Number(stage) + 1) % 3;
    const best = chosen.get(path);
    if (best === undefined || rank < best.stage) chosen.set(path, { mode, id, stage: rank });
  }
  if (chosen.size === 0) return;
  const zero = "0".repeat([...chosen.values()][0]?.id.length ?? 40);
  const lines = [...chosen].map(
    ([path, { mode, id }]) => `0 ${zero}\t${path}\0${mode} ${id} 0\t${path}\0`,
  );
  await runGit(shadow, ["update-index", "-z", "--index-info"], { ...call, stdin: lines.join("") });
}

// Not a reason to fail: what these lines name has no content that git could keep.
const harmless =
  /can only add regular files|does not have a commit checked out|unable to index file|updating files failed|adding files failed|^(hint|warning):/;

/** Takes every file that is not ignored into the shadow's index. */
export async function addAll(shadow: Shadow, except: readonly string[]): Promise<void> {
  const paths = [".", ...except.map((path) => `:(exclude,top,literal)${path}`)];
  const call: GitCall = {
    doing: `read the files of "${shadow.work}"`,
    limit: "scanMs",
    stdin: paths.map((path) => `${path}\0`).join(""),
    answers: [0, 1, 128],
  };
  const args = ["add", "--all", "--ignore-errors"];
  const { exitCode, stderr } = await runGit(
    // Git puts what it calls big into one pack: thousands of new files need not be as many objects.
    { ...shadow, settings: ["core.bigFileThreshold=1"] },
    [...args, "--pathspec-from-file=-", "--pathspec-file-nul"],
    call,
  );
  const grave = stderr.split("\n").filter((line) => line !== "" && !harmless.test(line));
  if (exitCode === 0 || grave.length === 0) return;
  if (failureOf(stderr) === "disk") throw gitError(call.doing, exitCode, stderr);
  throw new ProviderError(
    `Cannot ${call.doing}: git cannot take some of them. Make them readable, or ignore or remove them.`,
    { kind: "permanent", cause: causeOf(grave.join("\n")) },
  );
}

async function writeTree(shadow: Shadow): Promise<string> {
  const { stdout } = await runGit(shadow, ["write-tree", "--missing-ok"], {
    doing: `save the files of "${shadow.work}"`,
    limit: "scanMs",
  });
  return stdout.trim();
}

export async function commitTree(
  shadow: Shadow,
  { tree, message, parent, date }: Omit<Base, "headTree"> & { tree: string; message: string },
): Promise<string> {
  const parents = parent === undefined ? [] : ["-p", parent];
  const { stdout } = await runGit(shadow, ["commit-tree", tree, ...parents], {
    doing: `save the work of "${shadow.work}"`,
    stdin: message,
    env: identity(date),
  });
  return stdout.trim();
}

/** Who the hub's own commits are by; the date decides their ids, so it is never the present. */
function identity(date: string): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: "thopter",
    GIT_AUTHOR_EMAIL: "thopter@localhost",
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: "thopter",
    GIT_COMMITTER_EMAIL: "thopter@localhost",
    GIT_COMMITTER_DATE: date,
  };
}
