import type { Clone, WorkSummary } from "../core/ports/git.ts";
import type { GitJob } from "./git-command.ts";
import { runGit, streamGit } from "./git-command.ts";
import type { Shadow } from "./git-shadow.ts";
import { headOf, openClone } from "./git-shadow.ts";
import { addAll } from "./git-snapshot.ts";
import type { Survey } from "./git-survey.ts";
import { survey } from "./git-survey.ts";
import { countCommits } from "./git-tips.ts";
import { withWorkspace } from "./git-workspace.ts";

const diff = ["diff", "--cached", "--no-ext-diff", "--no-textconv", "--no-color"];

export async function summarise(
  clone: Clone,
  baseCommit: string,
  job: GitJob,
): Promise<WorkSummary> {
  return withChanges(clone, job, async (shadow, { files }) => {
    const head = await headOf(shadow);
    const { stdout } = await runGit(
      shadow,
      [...diff, "--shortstat", "--end-of-options", baseCommit, "--"],
      { doing: `compare "${clone.path}" with ${baseCommit}`, limit: "scanMs" },
    );
    return {
      branch: await branchOf(shadow, head),
      commitsAhead: await countCommits(shadow, head === undefined ? [] : [head], {
        ids: [baseCommit],
        options: [],
      }),
      diffstat: stdout.trim(),
      uncommittedFiles: files,
    };
  });
}

async function branchOf(shadow: Shadow, head: string | undefined): Promise<string> {
  const args = ["symbolic-ref", "--quiet", "--short", "HEAD"];
  const answer = await runGit(shadow, args, { doing: "read the branch", answers: [0, 1] });
  return answer.exitCode === 0
    ? answer.stdout.trim()
    : `(no branch, at ${head?.slice(0, 12) ?? "no commit"})`;
}

export async function readDiff(
  clone: Clone,
  { baseCommit, maxBytes }: { baseCommit: string; maxBytes: number },
  job: GitJob,
): Promise<{ text: string; truncated: boolean }> {
  return withChanges(clone, job, async (shadow) => {
    const enough = new AbortController();
    const taken = takeBytes(maxBytes, () => enough.abort());
    const signal = AbortSignal.any([job.signal, enough.signal]);
    try {
      await streamGit(
        { ...shadow, job: { ...job, signal } },
        [...diff, "--patch", "--end-of-options", baseCommit, "--"],
        {
          doing: `compare "${clone.path}" with ${baseCommit}`,
          limit: "scanMs",
          onStdout: (chunk) => taken.add(chunk),
        },
      );
    } catch (error) {
      // Git was told to stop because there is enough; anything else is a failure.
      if (!enough.signal.aborted || job.signal.aborted) throw error;
    }
    return { text: taken.text(), truncated: taken.full() };
  });
}

/** Gives a shadow whose index holds the working tree, so that untracked files are compared as well. */
async function withChanges<T>(
  clone: Clone,
  job: GitJob,
  use: (shadow: Shadow, found: Survey) => Promise<T>,
): Promise<T> {
  return withWorkspace({ clone, job }, async (workspace) => {
    const shadow = await openClone(workspace, clone.path, "normalised");
    const found = await survey(shadow);
    await addAll(shadow, found.untrackedRepositories);
    return use(shadow, found);
  });
}

/** Keeps the first bytes and says when there is one more. */
function takeBytes(most: number, onFull: () => void) {
  const chunks: Uint8Array[] = [];
  let length = 0;
  let full = false;
  return {
    add(chunk: Uint8Array): void {
      if (full) return;
      full = length + chunk.length > most;
      const kept = chunk.subarray(0, most - length);
      chunks.push(kept);
      length += kept.length;
      if (full) onFull();
    },
    // What is left of a character that was cut in two is dropped.
    text: () => new TextDecoder().decode(Buffer.concat(chunks), { stream: full }),
    full: () => full,
  };
}
