#!/bin/sh
# claim-volume.sh <volume> <machine>: gives a machine a clean home on a volume that others may have had,
# and keeps the one it has. Old files are moved aside, which is quick however many they are, and removed
# in the background: a machine never waits for that.
set -eu
volume=$1
machine=$2
mark=$volume/.machine

remove_old() {
  rm -rf -- "$volume"/.old.*
}

move_aside() {
  old=$volume/.old.$$
  # A full volume may have no room for one more directory until something has gone.
  mkdir "$old" 2>/dev/null || { rm -rf -- "$volume/home"; mkdir "$old"; }
  for path in "$volume"/* "$volume"/.[!.]* "$volume"/..?*; do
    [ -e "$path" ] || [ -L "$path" ] || continue
    case ${path##*/} in lost+found | .old.*) continue ;; esac
    mv -- "$path" "$old/"
  done
}

if [ "$(cat "$mark" 2>/dev/null)" != "$machine" ]; then
  move_aside
fi
remove_old </dev/null >/dev/null 2>&1 &

# Until what was removed has made room.
tries=0
until mkdir -p "$volume/home" 2>/dev/null && printf %s "$machine" >"$mark.new" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -ge 120 ]; then
    echo "Cannot make a home on the volume: it is full, or cannot be written." >&2
    exit 1
  fi
  sleep 0.25
done
mv -f -- "$mark.new" "$mark"
