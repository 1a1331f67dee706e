import type { Base } from "./git-base.ts";
import type { GitPlace } from "./git-command.ts";
import { runGit } from "./git-command.ts";
import { emptyTree } from "./git-empty-tree.ts";
import { findCommit } from "./git-shadow.ts";

/** Where the work left the base: of a restored branch that may be long before the base of today. */
export async function startOf(place: GitPlace, base: Base): Promise<string> {
  const call = { doing: "find where the work started", answers: [0, 1] };
  if (base.commit === undefined) return emptyTree(place);
  const head = await findCommit(place, "HEAD");
  if (head === undefined) return base.commit;
  const { stdout } = await runGit(place, ["merge-base", base.commit, head], call);
  return stdout.trim() === "" ? base.commit : stdout.trim();
}
