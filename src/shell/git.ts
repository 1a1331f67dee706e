import type { Clone, Git } from "../core/ports/git.ts";
import { bundleWork } from "./git-bundle.ts";
import { readDiff, summarise } from "./git-changes.ts";
import { cloneRepository } from "./git-clone.ts";
import type { GitJob } from "./git-command.ts";
import type { GitLimits } from "./git-limits.ts";
import { gitLimits } from "./git-limits.ts";
import { pushWork } from "./git-push.ts";
import { findUnsaved } from "./git-unsaved.ts";

/** Git on the machine of a clone. Nothing that an agent wrote into the clone is run or believed. */
export function createGit(options: { limits?: Partial<GitLimits> } = {}): Git {
  const limits = { ...gitLimits, ...options.limits };
  const job = ({ shell }: Clone, signal: AbortSignal): GitJob => ({ shell, signal, limits });

  return {
    clone: async (clone, request, signal) => cloneRepository(clone, request, job(clone, signal)),
    unsaved: async (clone, signal) => findUnsaved(clone, job(clone, signal)),
    summary: async (clone, baseCommit, signal) => summarise(clone, baseCommit, job(clone, signal)),
    diff: async (clone, request, signal) => readDiff(clone, request, job(clone, signal)),
    bundle: async (clone, signal) => bundleWork(clone, job(clone, signal)),
    pushRescue: async (clone, request, signal) => pushWork(clone, request, job(clone, signal)),
  };
}
