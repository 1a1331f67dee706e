#!/bin/sh
# A machine's first program: prepares the home of its agent, then lets its hub in, and nobody else.
set -eu
umask 022
port=${THOPTER_SSH_PORT:-2222}
home=/home/thopter

stop() {
  echo "Cannot start the thopter's machine: $1" >&2
  exit 1
}

[ -s /etc/thopter/ssh_host_ed25519_key ] || stop "its hub put no host key there."
[ -s /etc/thopter/authorized_keys ] || stop "its hub put no login key there."
chown root:root /etc/thopter/ssh_host_ed25519_key /etc/thopter/authorized_keys
chmod 600 /etc/thopter/ssh_host_ed25519_key
chmod 644 /etc/thopter/authorized_keys

if mountpoint -q /data; then
  /usr/local/lib/thopter/claim-volume.sh /data "${FLY_MACHINE_ID:-unknown}"
  home=/data/home
  chown thopter:thopter "$home"
  chmod 700 "$home"
  usermod --home "$home" thopter
fi

# Sockets of an earlier boot lead nowhere.
rm -rf /run/thopter
install -d -m 700 -o thopter -g thopter /run/thopter
install -d -m 755 /run/sshd

# For the agent's login shell; what the system itself sets stays the system's.
install -m 400 -o thopter -g thopter /dev/null /etc/thopter/environment
(
  unset PATH HOME PWD OLDPWD SHLVL SHELL USER LOGNAME TERM THOPTER_SSH_PORT
  export -p
) >/etc/thopter/environment

exec /usr/sbin/sshd -D -e -f /etc/thopter/sshd_config -o "Port=$port"
