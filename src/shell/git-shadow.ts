import { ProviderError } from "../core/errors.ts";
import type { GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { runScript } from "./git-script.ts";
import { shadowScript } from "./git-shadow-script.ts";
import type { Workspace } from "./git-workspace.ts";

/**
 * A repository of the hub's own that shows what a clone holds: it reads the clone's refs and objects
 * and a copy of its index, but has settings and attributes of its own and writes nothing to the
 * clone. So whatever an agent put into the clone's settings, hooks, filters or locks has no effect.
 */
export type Shadow = GitPlace & {
  /** The working tree it looks at. */
  work: string;
  gitDirectory: string;
  /** Where the objects of the repository itself are. */
  objects: string;
  /** Shares its refs with the repository it was made from by `git worktree add`. */
  linked: boolean;
  /** Its history is cut off somewhere. */
  shallow: boolean;
  /** The working trees that `git worktree add` made from it. */
  worktrees: string[];
  /** Commits that a merge, rebase, cherry-pick or revert under way stands on. */
  underWay: string[];
};

/** How file contents are read: byte for byte, or with the line endings and ids that git would store. */
export type ShadowContents = "exact" | "normalised";

// Higher than any .gitattributes: no driver is asked, and none can hide a file from a diff.
const attributes: Readonly<Record<ShadowContents, string>> = {
  normalised: "* !filter !working-tree-encoding !diff\n",
  exact: "* !filter !ident !working-tree-encoding -text !eol !diff\n",
};

/** Answers with undefined where there is no repository. */
export async function openShadow(
  workspace: Workspace,
  work: string,
  contents: ShadowContents,
): Promise<Shadow | undefined> {
  const answer = await makeShadow(workspace, work, contents);
  return typeof answer === "string" ? undefined : answer;
}

/** The shadow of a clone. Throws ProviderError when there is none: "not_found" when there is nothing at all. */
export async function openClone(
  workspace: Workspace,
  path: string,
  contents: ShadowContents,
): Promise<Shadow> {
  const answer = await makeShadow(workspace, path, contents);
  if (typeof answer !== "string") return answer;
  throw new ProviderError(
    answer === "nothing"
      ? `Cannot read the clone in "${path}": there is nothing.`
      : `Cannot read the clone in "${path}": there are files, but no repository.`,
    { kind: answer === "nothing" ? "not_found" : "permanent" },
  );
}

async function makeShadow(
  workspace: Workspace,
  work: string,
  contents: ShadowContents,
): Promise<Shadow | "nothing" | "no repository"> {
  const { job } = workspace;
  const { exitCode, stdout } = await runScript(job, shadowScript, {
    doing: `read the repository in "${work}"`,
    args: [work, workspace.path, attributes[contents]],
    answers: [0, 3, 4, 5],
  });
  if (exitCode === 3) return "no repository";
  if (exitCode === 5) return "nothing";
  if (exitCode === 4) {
    throw new ProviderError(
      `Cannot read the repository in "${work}": it keeps its refs in reftables. Run \`git refs migrate --ref-format=files\` there.`,
      { kind: "permanent" },
    );
  }
  const shadow = describe({ job, work, lines: stdout.split("\n") });
  await readyIndex(shadow, stdout.includes("\nindex yes\n"));
  return shadow;
}

function describe({
  job,
  work,
  lines,
}: Pick<Shadow, "job" | "work"> & { lines: string[] }): Shadow {
  const values = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  const gitDirectory = values("shadow")[0] ?? "";
  return {
    job,
    cwd: work,
    env: { GIT_DIR: gitDirectory, GIT_WORK_TREE: work },
    work,
    gitDirectory,
    objects: values("objects")[0] ?? "",
    linked: values("linked").length > 0,
    shallow: values("shallow").length > 0,
    worktrees: values("worktree"),
    underWay: values("commit").filter((id) => /^[0-9a-f]{40,64}$/.test(id)),
  };
}

// Takes back what "assume unchanged" hides. An index that is missing or damaged says nothing: then
// all is compared with HEAD.
async function readyIndex(shadow: Shadow, present: boolean): Promise<void> {
  const doing = `read the index of "${shadow.work}"`;
  const refresh = async (answers: readonly number[]) =>
    runGit(shadow, ["update-index", "-q", "--really-refresh"], { doing, limit: "scanMs", answers });
  // 1 tells that something changed, 128 that the index cannot be read.
  if (present && (await refresh([0, 1, 128])).exitCode !== 128) return;
  const head = await headOf(shadow);
  await runGit(shadow, ["read-tree", head ?? "--empty"], { doing });
  await refresh([0, 1]);
}

/** The commit that is checked out; undefined on a branch without commits. */
export async function headOf(place: GitPlace): Promise<string | undefined> {
  return findCommit(place, "HEAD");
}

/** The commit that a name stands for, if there is one. */
export async function findCommit(place: GitPlace, name: string): Promise<string | undefined> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const answer = await runGit(place, args, { doing: "look for a commit", answers: [0, 1, 128] });
  return answer.exitCode === 0 ? answer.stdout.trim() : undefined;
}
