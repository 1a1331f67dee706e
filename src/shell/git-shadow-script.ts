/**
 * Makes the shadow of the repository in $1 below $2, with the attributes $3, and prints what it is,
 * a word and a value a line. Ends with 3 where there is no repository, 4 where its refs are not in
 * files, 5 where there is nothing at all.
 */
export const shadowScript = `set -eu
work=$1
follow() { case $2 in /*) printf %s "$2" ;; *) printf %s "$1/$2" ;; esac; }
[ -n "$(ls -A -- "$work" 2> /dev/null)" ] || exit 5
git=$work/.git
if [ -f "$git" ]; then git=$(follow "$work" "$(sed -n 's/^gitdir: //p' "$git")"); fi
common=$git
if [ -f "$git/commondir" ]; then common=$(follow "$git" "$(cat "$git/commondir")"); fi
[ -d "$git" ] && [ -d "$common/objects" ] || exit 3
[ ! -d "$common/reftable" ] || exit 4

dir=$(mktemp -d "$2/shadow.XXXXXX")
echo "shadow $dir"
echo "objects $common/objects"
[ "$git" = "$common" ] || echo "linked yes"
mkdir -p "$dir/objects/info" "$dir/info"
printf '%s\\n' "$common/objects" > "$dir/objects/info/alternates"
printf %s "$3" > "$dir/info/attributes"

if grep -Eq '^(ref: refs/.|[0-9a-f]{40})' "$git/HEAD" 2> /dev/null
then cp "$git/HEAD" "$dir/HEAD"
else echo 'ref: refs/heads/head-was-lost' > "$dir/HEAD"
fi
for name in refs logs packed-refs; do
  if [ -e "$common/$name" ]; then ln -s "$common/$name" "$dir/$name"; fi
done
[ -e "$dir/refs" ] || mkdir "$dir/refs"
for file in "$git"/sharedindex.*; do
  if [ -f "$file" ]; then ln -s "$file" "$dir/"; fi
done
# Git trusts an entry that is older than the index: the copy keeps its time.
if [ -s "$git/index" ]; then cp -p "$git/index" "$dir/index"; echo "index yes"; fi
if [ -s "$common/shallow" ]; then cp "$common/shallow" "$dir/shallow"; echo "shallow yes"; fi
if [ -f "$common/info/exclude" ]; then cp "$common/info/exclude" "$dir/info/exclude"; fi

format=$(git config --file "$common/config" --get extensions.objectFormat 2> /dev/null || true)
[ "$format" = sha256 ] || format=sha1
# Sparse checkout without patterns: files that are there count, whatever "skip worktree" says.
cat > "$dir/config" << END
[core]
  repositoryFormatVersion = 1
  bare = false
  sparseCheckout = true
  splitIndex = false
  safecrlf = false
  bigFileThreshold = 16m
  logAllRefUpdates = false
[index]
  sparse = false
[extensions]
  objectFormat = $format
END

for file in "$common"/worktrees/*/gitdir; do
  if [ -f "$file" ]; then
    place=$(cat "$file")
    if [ -e "$place" ]; then echo "worktree \${place%/.git}"; fi
  fi
done
for name in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD REBASE_HEAD rebase-merge/orig-head rebase-apply/orig-head; do
  if [ -f "$git/$name" ]; then sed 's/^/commit /' "$git/$name"; fi
done
`;
