#!/bin/bash
# Runs a command under a real `systemd --user` that cannot touch anything of this machine.
# Usage: unshare --mount --pid --fork --kill-child user_manager.sh COMMAND...
# Everything is mounted read-only, and the manager knows no units but three targets and what the
# command installs; before it starts, the script checks that nothing can be written.
set -euo pipefail
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
while read -r _ _ _ _ at _; do
    case $at in
        /run | /run/* | /var/lib | /proc | /proc/* | /sys/fs/cgroup | /dev/null) ;;
        *) mount -o remount,bind,ro "$at" 2>/dev/null || true ;;
    esac
done < <(tac /proc/self/mountinfo)
for folder in / /tmp /var/tmp /root /etc /home /var/log "$PWD"; do
    if [ -d "$folder" ] && touch "$folder/.camcheck-must-not-exist" 2>/dev/null; then
        rm -f "$folder/.camcheck-must-not-exist"
        echo "$folder can be written to: the manager is not started" >&2
        exit 3
    fi
done
export HOME=/run/home XDG_RUNTIME_DIR=/run/user/0 TMPDIR=/run/home
export SYSTEMD_UNIT_PATH=/run/home/.config/systemd/user:/run/units
mkdir -p /run/systemd/system "$HOME/.config/systemd/user" /run/units "$XDG_RUNTIME_DIR"
chmod 700 "$XDG_RUNTIME_DIR"
for target in basic default shutdown; do
    printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' "$target" >"/run/units/$target.target"
done
group=/sys/fs/cgroup/camcheck-test-$$-$RANDOM
mkdir "$group"
echo 0 >"$group/cgroup.procs"
tidy() {
    kill -KILL "$manager" 2>/dev/null || true
    wait "$manager" 2>/dev/null || true
    echo 0 >/sys/fs/cgroup/cgroup.procs
    for _ in $(seq 1200); do
        find "$group" -mindepth 1 -name cgroup.kill -exec sh -c 'echo 1 >"$1"' _ {} \; 2>/dev/null || true
        find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
        [ -d "$group" ] || break
        sleep 0.05
    done
}
trap tidy EXIT
/lib/systemd/systemd --user --log-target=null &
manager=$!
for _ in $(seq 2400); do
    systemctl --user is-system-running >/dev/null 2>&1 && break
    sleep 0.05
done
"$@"
