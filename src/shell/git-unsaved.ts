import type { Unsaved } from "../core/plan.ts";
import type { Clone } from "../core/ports/git.ts";
import type { GitJob } from "./git-command.ts";
import { openHoldings } from "./git-holdings.ts";
import { withWorkspace } from "./git-workspace.ts";

/**
 * What the clone says exists nowhere else. An agent can forge it (`git update-ref
 * refs/remotes/origin/x`), so it informs; what a rescue saves does not depend on it.
 */
export async function findUnsaved(clone: Clone, job: GitJob): Promise<Unsaved> {
  return withWorkspace({ clone, job }, async (workspace) => {
    const holdings = await openHoldings(workspace, clone, "normalised");
    const commits = holdings.reduce((sum, holding) => sum + holding.commits, 0);
    const files = holdings.reduce((sum, holding) => sum + holding.survey.files, 0);
    return { state: commits + files > 0 ? "yes" : "no", commits, files };
  });
}
