"""A unit of systemd: of the user's own manager, or of the system's with everything taken away that
the monitor does not need.

Sources: systemd.exec(5), systemd.unit(5), systemd-analyze(1). With DevicePolicy=closed the kernel
itself keeps the system service from ever opening a camera; watching one needs no opening.
"""

import os
import sys

from camcheck.monitor.service import Plan

UNIT = "camcheck-monitor.service"
_SYSTEM, _USER = "/etc/systemd/system", ".config/systemd/user"
_SHIPPED = {
    True: ("/usr/lib/systemd/system", "/lib/systemd/system"),
    False: ("/usr/lib/systemd/user",),
}
"""Where packages put units (systemd.unit(5)), for all users or for each."""

WATCHDOG = 30
"""Seconds without a sign of life after which systemd kills and restarts the monitor; SIGKILL, since
a process that is held still obeys nothing else. The time of a sleep does not count there."""

_HEAD = """\
[Unit]
Description=camcheck: watches who uses the cameras of this computer
{after}
[Service]
Type=notify
NotifyAccess={access}
WatchdogSec={patience}
WatchdogSignal=SIGKILL
ExecStart={command}
Restart=always
RestartSec=5
SyslogIdentifier=camcheck
UMask=0077
UnsetEnvironment=LD_PRELOAD LD_AUDIT PYTHONHOME PYTHONPATH
OOMScoreAdjust={score}
"""
_SYSTEM_ONLY = """\
StateDirectory=camcheck
StateDirectoryMode=0700
RuntimeDirectory=camcheck
RuntimeDirectoryMode=0755
CapabilityBoundingSet={rights}
AmbientCapabilities=
DevicePolicy=closed
IPAddressDeny=any
KeyringMode=private
LockPersonality=yes
MemoryDenyWriteExecute=yes
MemoryMax=256M
Nice=-5
NoNewPrivileges=yes
PrivateNetwork=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service bpf fanotify_init fanotify_mark fsopen fsconfig fsmount
SystemCallFilter=~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @swap
TasksMax=64
"""
_USER_ONLY = """\
LockPersonality=yes
NoNewPrivileges=yes
RestrictAddressFamilies=AF_UNIX
RestrictRealtime=yes
SystemCallArchitectures=native
"""
_RIGHTS = (
    "CAP_SYS_ADMIN",  # fanotify names foreign processes to it alone
    "CAP_SYS_PTRACE",  # other users' descriptors
    "CAP_DAC_READ_SEARCH",
    "CAP_SETUID",  # to speak to a user's desktop as that user
    "CAP_SETGID",
    "CAP_KILL",  # and to end that when it hangs
)


def plan(command: tuple[str, ...], *, for_all: bool) -> Plan:
    """The unit, and the commands that make systemd load it."""
    folder = _SYSTEM if for_all else os.path.join(os.path.expanduser("~"), _USER)
    manager = "--system" if for_all else "--user"
    control = ("/usr/bin/systemctl", manager)
    return Plan(
        name=UNIT,
        files=((os.path.join(folder, UNIT), unit(command, for_all=for_all)),),
        start=(
            (*control, "daemon-reload"),
            (*control, "enable", UNIT),
            (*control, "restart", UNIT),  # also when it runs already: an update takes effect
        ),
        stop=((*control, "disable", "--now", UNIT),),
        ask=(*control, "is-active", UNIT),
        shipped=next(filter(os.path.isfile, (f"{one}/{UNIT}" for one in _SHIPPED[for_all])), None),
    )


def unit(command: tuple[str, ...], *, for_all: bool) -> str:
    """The text of the unit."""
    head = _HEAD.format(
        after="After=systemd-udevd.service\n" if for_all else "",
        command=" ".join(map(quoted, command)),
        # A single file is two processes: the first unpacks, the second watches and says so.
        access="all" if getattr(sys, "frozen", False) else "main",
        patience=WATCHDOG,
        score=-500 if for_all else 0,
    )
    body = _SYSTEM_ONLY.format(rights=" ".join(_RIGHTS)) if for_all else _USER_ONLY
    target = "multi-user.target" if for_all else "default.target"
    return f"{head}{body}\n[Install]\nWantedBy={target}\n"


def quoted(argument: str) -> str:
    """One argument of ExecStart: systemd.service(5), "Command lines"."""
    text = argument.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{text}"'
