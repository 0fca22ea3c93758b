"""The monitor as a service, installed as each system expects it."""

import os

from camcheck.collect import system
from camcheck.errors import MonitorError
from camcheck.fact import NamedTuple
from camcheck.interpreter import foreign_part, own_command
from camcheck.privilege import own_uid


class Plan(NamedTuple):
    """What installing means: files to write, and commands to run before removal and after writing.

    A command is its arguments; a failure of one is shown to the user, never passed over.
    ``shipped``: the service's file that a package of the system has brought; it does nothing until
    it is enabled, and a file of the same name that is written goes before it (systemd.unit(5)).
    """

    name: str
    files: tuple[tuple[str, str], ...]
    start: tuple[tuple[str, ...], ...]
    stop: tuple[tuple[str, ...], ...]
    ask: tuple[str, ...]
    shipped: str | None = None

    @property
    def path(self) -> str:
        """The file that says what the service starts."""
        written = self.files[0][0]
        return self.shipped if self.shipped and not os.path.lexists(written) else written


def plan(*, for_all: bool, options: tuple[str, ...] = (), kind: str | None = None) -> Plan:
    """How the service is made on this system. ``for_all``: as root, for all users.

    Raises MonitorError where that cannot be done.
    """
    command = tuple(own_command("monitor", *options, as_root=for_all))
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


def is_installed(plan: Plan) -> bool:
    """Whether its files are there; of one that a package brought: whether it was asked for."""
    if plan.path == plan.shipped:
        return is_enabled(plan)
    return all(os.path.lexists(path) for path, _ in plan.files)


def is_enabled(plan: Plan) -> bool:
    """Whether the system starts it by itself: systemd by a link (systemctl(1), enable), the others
    by its file."""
    written = plan.files[0][0]
    if not written.endswith(".service"):
        return True
    folder, name = os.path.split(written)
    targets = ("multi-user.target.wants", "default.target.wants")
    linked = any(os.path.lexists(f"{folder}/{target}/{name}") for target in targets)
    return linked and os.path.realpath(plan.path) != os.devnull


def refuse_unsafe(*, for_all: bool) -> None:
    """A service of root must not run files that others can change. Raises MonitorError."""
    if not for_all:
        return
    if own_uid() not in (None, 0):
        raise MonitorError("The service for all users needs an administrator: use sudo.")
    if os.name == "posix" and (found := foreign_part()):
        path, who = found
        raise MonitorError(
            f"{path} can be changed by {who}, so it must not run as a service of root. Install "
            "camcheck for the whole system first, for example: "
            "sudo python3 -m venv /opt/camcheck && sudo /opt/camcheck/bin/pip install camcheck"
        )
