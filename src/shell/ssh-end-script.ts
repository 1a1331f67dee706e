import { markVariable } from "./ssh-command.ts";

/**
 * Reads as `sh -s <id>...`: ends the processes of these commands, with a grace of 2 s, and all that
 * these started, though it dropped their environment or went to a session of its own. Only one that
 * dropped it and lost its parents is not found. Exits with 0 when none is left, with 1 when one does
 * not end, with 2 when it cannot look.
 */
export const endScript = `
find_members() {
  found=" "
  for file in $(grep -lsF "$@" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    found="$found\${pid%/environ} "
  done
  before=" "
  while [ "$found" != "$before" ]; do
    before=$found
    for file in /proc/[0-9]*/stat; do
      { read -r stat <"$file"; } 2>/dev/null || continue
      pid=\${file#/proc/}
      pid=\${pid%/stat}
      set -- \${stat##*) }
      if [ "$1" = Z ]; then continue; fi
      case $found in *" $pid "*) continue ;; esac
      case $found in *" $2 "* | *" $3 "* | *" $4 "*) found="$found$pid " ;; esac
    done
  done
  [ "$found" != " " ]
}

signal_found() {
  for pid in $found; do kill -s "$1" "$pid" 2>/dev/null; done
}

# <turns> <signal for each turn, or ""> <patterns...>
end_within() {
  turns=$1
  again=$2
  shift 2
  while find_members "$@"; do
    if [ "$turns" -eq 0 ]; then return 1; fi
    if [ -n "$again" ]; then signal_found "$again"; fi
    turns=$((turns - 1))
    sleep 0.05
  done
}

main() {
  command -v grep >/dev/null && [ -r /proc/self/environ ] || return 2
  for id do
    set -- "$@" -e "${markVariable}=$id"
    shift
  done
  end_within 0 "" "$@" && return 0
  signal_found TERM
  signal_found CONT
  end_within 40 "" "$@" || end_within 40 KILL "$@"
}

main "$@" </dev/null
exit $?
`;
