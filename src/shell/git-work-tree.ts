import type { GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { emptyTree } from "./git-empty-tree.ts";
import { runScript } from "./git-script.ts";

// Git compares a file again when it is as young as the index, which would now be with other
// attributes: an index from the future is believed. Nobody else writes here yet.
const exact = `set -eu
mkdir -p "$1/info"
printf '* !filter !ident !working-tree-encoding -text !eol\\n' > "$1/info/attributes"
touch -t 203712312359 "$1/index"`;
const usual = `rm -f -- "$1/info/attributes"`;

/**
 * Writes a rescued working tree into an empty clone: files as HEAD has them the way git always does,
 * changed ones byte for byte as they were saved; then what was staged, staged.
 */
export async function writeWorkTree(
  staging: GitPlace,
  work: { head?: string; index?: string; worktree?: string },
): Promise<void> {
  const call = { doing: "restore the working tree", limit: "scanMs" } as const;
  const git = async (...args: string[]) => runGit(staging, args, call);
  const script = async (text: string) =>
    runScript(staging.job, text, { doing: call.doing, args: [`${staging.cwd ?? ""}/.git`] });

  if (work.head === undefined) await git("read-tree", "--empty");
  else await git("reset", "--quiet", "--hard", work.head);
  if (work.worktree !== undefined) {
    await script(exact);
    const before = work.head ?? (await emptyTree(staging));
    await git("read-tree", "-m", "-u", before, work.worktree);
    await script(usual);
  }
  const staged = work.index ?? work.head;
  await git("read-tree", ...(staged === undefined ? ["--empty"] : ["--reset", staged]));
  await runGit(staging, ["update-index", "-q", "--refresh"], { ...call, answers: [0, 1] });
}
