import type { Unsaved } from "../plan.ts";
import type { Shell } from "./shell.ts";

/** A clone on a machine. Every git command runs there, with hooks, fsmonitor and helpers off. */
export type Clone = {
  shell: Shell;
  path: string;
  /** Where the hub may leave files beside the clone, never inside it. */
  scratch: string;
  /** What the hub recorded, for the clone's own words can be forged: without it a push carries no token. */
  repository?: string;
  /** What the hub recorded: all that is beyond it is rescued, whatever the clone says of its remote. */
  baseCommit?: string;
};

/** How git reaches a remote. The token travels on stdin or in the environment, never in an argument, URL or file of the clone. */
export type GitAccess = {
  token?: string;
  /** The value of GIT_ALLOW_PROTOCOL: "https:ssh", with "file" for local paths. */
  protocols: string;
};

export type CloneRequest = {
  repository: string;
  /** The branch, tag or commit to start from; the remote's default branch when absent. */
  base?: string;
  /** The branch to make and check out. */
  branch: string;
  /** A bundle on the machine to take the work from, after the clone. */
  bundlePath?: string;
  access: GitAccess;
};

export type CloneResult = { baseCommit: string; base: string };

export type WorkSummary = {
  branch: string;
  commitsAhead: number;
  /** "3 files changed, 10 insertions(+), 2 deletions(-)", uncommitted changes included; empty when there are none. */
  diffstat: string;
  uncommittedFiles: number;
};

export type RescueResult = {
  /** The bundle on the machine; absent when there was nothing to save. */
  bundlePath?: string;
  commits: number;
  uncommittedFiles: number;
};

export type Git = {
  /** Clones and makes the branch, or completes what an earlier attempt left. Throws UserError for a repository or base that does not exist. */
  clone(clone: Clone, request: CloneRequest, signal: AbortSignal): Promise<CloneResult>;
  /** What would be lost with the machine: commits on no remote, stashes, changed and untracked files. */
  unsaved(clone: Clone, signal: AbortSignal): Promise<Unsaved>;
  summary(clone: Clone, baseCommit: string, signal: AbortSignal): Promise<WorkSummary>;
  /** The changes since the base commit, uncommitted and untracked ones included, at most this many bytes. */
  diff(
    clone: Clone,
    options: { baseCommit: string; maxBytes: number },
    signal: AbortSignal,
  ): Promise<{ text: string; truncated: boolean }>;
  /** Bundles every local ref, the stashes and the working tree. Touches neither index nor branches. */
  bundle(clone: Clone, signal: AbortSignal): Promise<RescueResult>;
  /** Pushes the rescued commits as a branch of this name to origin. Throws ProviderError where a push is not possible. */
  pushRescue(
    clone: Clone,
    request: { branch: string; access: GitAccess },
    signal: AbortSignal,
  ): Promise<void>;
};
