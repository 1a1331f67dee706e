// Scripts for /bin/sh on a machine. Arguments come after the script, never inside it.

/**
 * Runs a control client of tmux until it ends or this is asked to: `fifo tmux...`. Its stdin is open
 * but never says anything. It is killed: a server dies that looks after the subscriptions of a client
 * while that takes its leave. Where `env` can do that, it never hears of SIGTERM.
 */
export const abruptClient = `
umask 077
rm -f "$1"
mkfifo "$1" || exit 1
exec 3<>"$1"
rm -f "$1"
shift
deaf=
if env --block-signal=TERM true 2>/dev/null; then deaf="env --block-signal=TERM"; fi
$deaf "$@" <&3 3>&- &
client=$!
trap 'kill -s KILL "$client"' TERM
wait "$client"`;

/** Shows the last bytes that a command writes: `bytes command...`. */
export const tailOf = `
bytes=$1
shift
"$@" | tail -c "$bytes"`;

/** Shows what tmux says, and its checksum before it, once that is another or after so many turns: `known turns tmux...`. */
export const pictureOf = `
known=$1
turns=$2
shift 2
while :; do
  picture=$("$@") || exit 1
  digest=$(printf '%s' "$picture" | cksum | tr ' ' -)
  if [ "$digest" != "$known" ] || [ "$turns" -le 0 ]; then
    printf '%s\\n%s' "$digest" "$picture"
    exit 0
  fi
  turns=$((turns - 1))
  sleep 0.05
done`;

/** Says which process group has the terminal of a process: `pid`. */
export const terminalGroup = `
if [ -r "/proc/$1/stat" ]; then
  stat=$(cat "/proc/$1/stat") || exit 1
  # The name stands in parentheses and may hold anything.
  set -- \${stat##*) }
  echo "$6"
else
  exec ps -o tpgid= -p "$1"
fi`;

/** Makes a tmux server look which of its children have ended: `pid`. */
export const lookForEndedChildren = `kill -s CHLD "$1"`;

/**
 * Ends a tmux server and all that runs in the sessions of its panes: `tmux...`. First it asks, as
 * the end of a terminal does as well, then it kills. Without /proc it knows only the process groups
 * that the panes began with.
 */
export const stopServer = `
server=$("$@" display-message -p '#{pid}' 2>/dev/null)
panes=$("$@" list-panes -a -F '#{pane_pid} #{pane_dead_status}#{pane_dead_signal}' 2>/dev/null |
  while read -r pane ended; do
    # The number of one that ended may be a stranger's by now.
    if [ -z "$ended" ] || ! kill -s 0 "$pane" 2>/dev/null; then echo "$pane"; fi
  done)

members() {
  if [ ! -r /proc/self/stat ]; then
    for pane in $panes; do
      if kill -s 0 -- "-$pane" 2>/dev/null; then echo "-$pane"; fi
    done
    return
  fi
  for file in /proc/[0-9]*/stat; do
    { read -r stat <"$file"; } 2>/dev/null || continue
    pid=\${file#/proc/}
    set -- \${stat##*) }
    if [ "$1" = Z ]; then continue; fi
    for pane in $panes; do
      if [ "$4" = "$pane" ]; then echo "\${pid%/stat}"; fi
    done
  done
}

signal() {
  for member in $(members); do kill -s "$1" -- "$member" 2>/dev/null; done
}

# A zombie has ended, however long nobody collects it.
runs() {
  kill -s 0 "$1" 2>/dev/null || return 1
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  set -- \${stat##*) }
  [ "$1" != Z ]
}

wait_for_end() {
  turns=$1
  while [ "$turns" -gt 0 ] && [ -n "$(members)" ]; do
    sleep 0.1
    turns=$((turns - 1))
  done
}

if [ -n "$panes" ]; then
  signal TERM
  signal CONT
  wait_for_end 5
  signal HUP
  wait_for_end 15
  signal KILL
  wait_for_end 20
fi
if [ -n "$server" ]; then
  "$@" kill-server 2>/dev/null
  turns=50
  while [ "$turns" -gt 0 ] && runs "$server"; do
    sleep 0.1
    turns=$((turns - 1))
  done
fi
if "$@" list-sessions >/dev/null 2>&1; then
  echo "the server does not end" >&2
  exit 1
fi
exit 0`;
