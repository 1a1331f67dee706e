import { randomBytes } from "node:crypto";
import type { Clone } from "../core/ports/git.ts";
import type { GitJob } from "./git-command.ts";
import { runScript } from "./git-script.ts";

/** A directory in the scratch place for the files of one job. */
export type Workspace = { job: GitJob; path: string };

// What a hub that died left behind goes after three hours, longer than any job may take.
const make = `set -eu
mkdir -p -- "$1"
find "$1" -maxdepth 1 -name 'git-work.*' -mmin +180 -exec rm -rf {} +
umask 077
mkdir -- "$2"`;

const remove = `rm -rf -- "$1"`;

/** Gives a job its workspace and removes it afterwards, however the job ends. */
export async function withWorkspace<T>(
  { clone, job }: { clone: Clone; job: GitJob },
  use: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  // Named here: a job that is aborted while its directory is made knows what to remove.
  const path = `${clone.scratch}/git-work.${randomBytes(6).toString("hex")}`;
  try {
    await runScript(job, make, {
      doing: `make a directory in "${clone.scratch}"`,
      args: [clone.scratch, path],
    });
    return await use({ job, path });
  } finally {
    // An aborted job cleans up too. What cannot be removed now changes no answer: see `make`.
    const cleaning = { ...job, signal: new AbortController().signal };
    await runScript(cleaning, remove, { doing: `remove "${path}"`, args: [path] }).catch(
      () => undefined,
    );
  }
}
