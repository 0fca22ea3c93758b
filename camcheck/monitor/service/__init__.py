"""The monitor as a service, installed as each system expects it."""

import os
import sys
from typing import NamedTuple

from camcheck.collect import system
from camcheck.errors import MonitorError
from camcheck.privilege import own_uid, writable_by_others


class Plan(NamedTuple):
    """What installing means: files to write, and commands to run before removal and after writing.

    A command is its arguments; a failure of one is shown to the user, never passed over.
    """

    name: str
    files: tuple[tuple[str, str], ...]
    start: tuple[tuple[str, ...], ...]
    stop: tuple[tuple[str, ...], ...]
    ask: tuple[str, ...]


def plan(*, for_all: bool, options: tuple[str, ...] = (), kind: str | None = None) -> Plan:
    """How the service is made on this system. ``for_all``: as root, for all users.

    Raises MonitorError where that cannot be done.
    """
    command = (sys.executable, "-I" if for_all else "-P", "-m", "camcheck", "monitor", *options)
    match kind or system():
        case "linux":
            from camcheck.monitor.service import systemd

            return systemd.plan(command, for_all=for_all)
        case "darwin":
            from camcheck.monitor.service import launchd

            return launchd.plan(command, for_all=for_all)
        case "win32":
            from camcheck.monitor.service import task

            return task.plan(command, for_all=for_all)
        case other:
            raise MonitorError(f"camcheck does not know how services are installed on {other}.")


def refuse_unsafe(*, for_all: bool) -> None:
    """A service of root must not run files that others can change. Raises MonitorError."""
    if not for_all:
        return
    if own_uid() not in (None, 0):
        raise MonitorError("The service for all users needs an administrator: use sudo.")
    for path in (os.path.realpath(sys.executable), os.path.realpath(__file__)):
        foreign = writable_by_others(path) if os.name == "posix" else None
        if foreign:
            raise MonitorError(
                f"{foreign} can be changed by users other than root, so it must not run as a "
                "service of root. Install camcheck for the whole system first, for example: "
                "sudo python3 -m venv /opt/camcheck && sudo /opt/camcheck/bin/pip install camcheck"
            )
