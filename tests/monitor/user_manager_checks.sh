#!/bin/bash
# What test_user_manager.py wants to know, asked under a real `systemd --user`; prints key=value.
set -euo pipefail
camcheck() { "$PYTHON" -m camcheck "$@"; }
main_pid() { systemctl --user show -P MainPID camcheck-monitor.service; }
runs() {
    for _ in $(seq 2400); do
        camcheck monitor status | grep -q "process $(main_pid)\." && return
        sleep 0.05
    done
    return 1
}
camcheck monitor install >/dev/null
runs && echo "installed=$(systemctl --user is-active camcheck-monitor.service)"
echo "enabled=$(systemctl --user is-enabled camcheck-monitor.service)"
first=$(main_pid)
camcheck monitor >/dev/null 2>/run/second || echo "second=$(cat /run/second)"
kill -KILL "$first"
for _ in $(seq 2400); do
    [ "$(main_pid)" != 0 ] && [ "$(main_pid)" != "$first" ] && break
    sleep 0.05
done
runs && echo "restarted=yes"
camcheck monitor install >/dev/null
runs && echo "upgraded=yes"
stopped=$(main_pid)
camcheck scan --format json >/run/report || true
echo "watching=$(grep -c '"watching"' /run/report || true)"
kill -STOP "$stopped"
camcheck scan --format json >/run/report || true
echo "still=$(grep -c 'held still' /run/report || true)"
kill -CONT "$stopped"
sed -i 's/^WatchdogSec=.*/WatchdogSec=2/' "$HOME/.config/systemd/user/camcheck-monitor.service"
systemctl --user daemon-reload
systemctl --user restart camcheck-monitor.service
runs
stopped=$(main_pid)
kill -STOP "$stopped"
for _ in $(seq 400); do
    [ "$(main_pid)" != 0 ] && [ "$(main_pid)" != "$stopped" ] && break
    sleep 0.05
done
runs && echo "watchdog=yes"
camcheck monitor uninstall >/run/uninstall
echo "uninstall=$(tail -1 /run/uninstall)"
echo "left=$(find "$HOME/.config" -type f -o -type l | wc -l)"
echo "known=$(systemctl --user list-unit-files --no-legend | grep -c camcheck || true)"
echo "active=$(systemctl --user is-active camcheck-monitor.service || true)"
