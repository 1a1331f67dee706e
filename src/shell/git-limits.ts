/** How long one git command may take, in milliseconds, and how large a bundle that stands on its own. */
export type GitLimits = {
  /** Reads refs, objects and settings. */
  readMs: number;
  /** Walks the working tree or writes a bundle. */
  scanMs: number;
  /** Talks to a remote. */
  transferMs: number;
  /** Of a clone with more objects than this, a bundle leaves out what the base commit on record has. */
  wholeKilobytes: number;
  /** No more files of Git LFS than this are taken into a bundle. */
  largeKilobytes: number;
};

export const gitLimits: GitLimits = {
  readMs: 60_000,
  scanMs: 600_000,
  transferMs: 1_800_000,
  wholeKilobytes: 20 * 1024,
  largeKilobytes: 1024 * 1024,
};
