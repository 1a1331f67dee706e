import { LargeFilesError } from "../core/errors.ts";
import type { GitPlace } from "./git-command.ts";
import { runScript } from "./git-script.ts";
import { rescueRefs } from "./git-rescue-refs.ts";
import { findCommit } from "./git-shadow.ts";

const digest = `digest() {
  if command -v sha256sum > /dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64
}
place() { printf '%s/%s/%s' "$(printf %s "$1" | cut -c1-2)" "$(printf %s "$1" | cut -c3-4)" "$1"; }`;

const tooLarge = 9;

// Git LFS keeps files by their SHA-256 beside the objects, and commits pointers to them. An object
// that is not there was never fetched: it is where it was pushed to.
const save = `set -eu
${digest}
export GIT_DIR="$1" GIT_AUTHOR_DATE='@0 +0000' GIT_COMMITTER_DATE='@0 +0000'
export GIT_AUTHOR_NAME=thopter GIT_AUTHOR_EMAIL=thopter@localhost
export GIT_COMMITTER_NAME=thopter GIT_COMMITTER_EMAIL=thopter@localhost
ref=$2 most=$3 base=$4
shift 4
any=
for store in "$@"; do if [ -d "$store" ]; then any=yes; fi; done
[ -n "$any" ] || exit 0
work="$GIT_DIR/large-files"
git rev-list --objects --no-object-names --missing=allow-any --all \${base:+"^$base"} > "$work.ids"
git cat-file --batch-check='%(objecttype) %(objectsize) %(objectname)' < "$work.ids" > "$work.sizes"
sed -n 's/^blob [0-9]\\{1,3\\} //p' "$work.sizes" | git cat-file --batch > "$work.small"
grep -a -o '^oid sha256:[0-9a-f]\\{64\\}$' "$work.small" | cut -d: -f2 | sort -u > "$work.named"
: > "$work.found"
total=0
while read -r oid; do
  for store in "$@"; do
    file="$store/$(place "$oid")"
    [ -f "$file" ] || continue
    total=$((total + ($(wc -c < "$file") + 1023) / 1024))
    if [ "$total" -gt "$most" ]; then exit ${String(tooLarge)}; fi
    [ "$(digest < "$file")" = "$oid" ] || continue
    printf '100644 blob %s\\t%s\\n' "$(git hash-object -w --stdin < "$file")" "$oid" >> "$work.found"
    break
  done
done < "$work.named"
[ -s "$work.found" ] || exit 0
commit=$(git commit-tree -m 'Large files' "$(git mktree < "$work.found")")
git update-ref "$ref" "$commit"`;

/**
 * Takes the files of Git LFS that the work in a vault names and that the clone holds into the vault,
 * behind a ref of their own. Throws LargeFilesError where they are more than a rescue may hold.
 */
export async function saveLargeFiles(
  vault: GitPlace,
  { path, objects, base }: { path: string; objects: readonly string[]; base: string | undefined },
): Promise<void> {
  const { largeKilobytes, scanMs } = vault.job.limits;
  const stores = objects.map((one) => `${one}/../lfs/objects`);
  const { exitCode } = await runScript(vault.job, save, {
    doing: "save the clone's files of Git LFS",
    args: [path, rescueRefs.largeFiles, String(largeKilobytes), base ?? "", ...stores],
    answers: [0, tooLarge],
    timeoutMs: scanMs,
  });
  if (exitCode === 0) return;
  const megabytes = Math.floor(largeKilobytes / 1024);
  throw new LargeFilesError(
    `Cannot save the clone's files of Git LFS: those of its own commits are more than the ${megabytes} MB that a rescue holds. Push them with "git lfs push --all origin", or remove those that are not needed`,
    { kind: "permanent" },
  );
}

const restore = `set -eu
${digest}
export GIT_DIR="$1"
git ls-tree "$2" > "$GIT_DIR/large-files"
while read -r _mode _type id oid; do
  case $oid in *[!0-9a-f]*) continue ;; esac
  [ "\${#oid}" = 64 ] || continue
  file="$GIT_DIR/lfs/objects/$(place "$oid")"
  mkdir -p -- "$(dirname -- "$file")"
  git cat-file blob "$id" > "$file.new"
  if [ "$(digest < "$file.new")" = "$oid" ]; then mv -f -- "$file.new" "$file"
  else rm -f -- "$file.new"
  fi
done < "$GIT_DIR/large-files"
rm -f -- "$GIT_DIR/large-files"`;

/** Puts the files of Git LFS that came with a bundle where "git lfs checkout" finds them. */
export async function restoreLargeFiles(staging: GitPlace, gitDirectory: string): Promise<void> {
  const ref = rescueRefs.largeFiles.replace(/^refs\//, "refs/rescued/");
  if ((await findCommit(staging, ref)) === undefined) return;
  await runScript(staging.job, restore, {
    doing: "restore the files of Git LFS",
    args: [gitDirectory, ref],
    timeoutMs: staging.job.limits.scanMs,
  });
}
