import type { GitJob } from "./git-command.ts";
import { runScript } from "./git-script.ts";

// A tag may be all that leads to a commit of the remote: without this list it would count as unsaved.
const save = `set -eu
mkdir -p -- "$2"
GIT_DIR="$1" git for-each-ref --format='%(objectname)' refs/tags > "$2/origin-tags.new"
mv -f -- "$2/origin-tags.new" "$2/origin-tags"`;

const load = `if [ -f "$1/origin-tags" ]; then cat -- "$1/origin-tags"; fi`;

/** Notes the tags that a fresh clone got from its remote. */
export async function saveOriginTags(
  job: GitJob,
  places: { gitDirectory: string; scratch: string },
): Promise<void> {
  await runScript(job, save, {
    doing: "note the tags of the clone",
    args: [places.gitDirectory, places.scratch],
  });
}

/** The tags a clone began with, as object ids. */
export async function loadOriginTags(job: GitJob, scratch: string): Promise<string[]> {
  const { stdout } = await runScript(job, load, {
    doing: "read the tags of the clone",
    args: [scratch],
  });
  return stdout.split("\n").filter((line) => /^[0-9a-f]{40,64}$/.test(line));
}
