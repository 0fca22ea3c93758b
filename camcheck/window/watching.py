"""What the person can switch of the monitor: when it watches, if it tells, the sign at login."""

from enum import StrEnum

from camcheck.approval import Approval, approvals
from camcheck.errors import HistoryError
from camcheck.fact import NamedTuple
from camcheck.history.place import exists
from camcheck.history.store import History
from camcheck.model import MonitorHealth
from camcheck.monitor.lock import published
from camcheck.monitor.service import Plan, is_installed, plan, refuse_unsafe
from camcheck.monitor.service.install import install, uninstall
from camcheck.monitor.status import describe
from camcheck.monitor.tell.door import read
from camcheck.privilege import is_root
from camcheck.window.autostart import is_started
from camcheck.window.means import Means

QUIET = "--quiet"


class When(StrEnum):
    """When a monitor watches."""

    OFF = "off"
    NOW = "now"
    """As long as camcheck goes on, or whoever started it lets it."""
    ALWAYS = "always"
    """From each login on."""


class Watching(NamedTuple):
    """What was found. ``lines`` and ``blind`` are sentences: what it sees, and what it cannot.

    ``system``: the service for all users watches. ``tells``: with notifications. ``sign``: it is
    shown at login.
    """

    when: When
    health: MonitorHealth
    system: bool
    tells: bool
    sign: bool
    lines: tuple[str, ...]
    blind: tuple[str, ...]
    approved: tuple[tuple[int, Approval], ...]


def look(means: Means, *, quiet: bool) -> Watching:
    """The state of things; ``quiet`` says how a monitor of this window's own was started.

    Takes up to two seconds. Raises MonitorError, HistoryError.
    """
    service = _plan(())
    found = describe(means.history, service)
    installed = is_installed(service)
    runs = found.health is not MonitorHealth.DEAD
    left = read(means.door) if means.door else None
    return Watching(
        when=When.ALWAYS if installed else When.NOW if runs else When.OFF,
        health=found.health,
        system=left is not None and not left.is_old(),
        tells=not (_is_quiet(service) if installed else quiet),
        sign=is_started(),
        lines=tuple(found.lines),
        blind=tuple(map(str, published(means.history).get("limits", []))),
        approved=tuple(_approved(means.history)),
    )


def set_always(*, tells: bool) -> None:
    """Installs the service, or installs it anew. Raises MonitorError."""
    refuse_unsafe(for_all=is_root())
    install(_plan(() if tells else (QUIET,)))


def remove() -> None:
    """Takes the service away; the history stays. Raises MonitorError."""
    uninstall(_plan(()))


def withdraw(folder: str, number: int) -> None:
    """The program is told of again. Raises HistoryError."""
    history = History(folder)
    try:
        history.withdraw(number)
    finally:
        history.close()


def _plan(options: tuple[str, ...]) -> Plan:
    return plan(for_all=is_root(), options=options)


def _is_quiet(service: Plan) -> bool:
    """Whether the service was installed without notifications."""
    try:
        with open(service.files[0][0], "rb") as file:
            return QUIET.encode() in file.read(1 << 16).replace(b"\0", b"")
    except OSError:
        return False


def _approved(folder: str) -> list[tuple[int, Approval]]:
    if not exists(folder):
        return []
    history = History(folder)
    try:
        return approvals(history)
    except HistoryError:
        return []
    finally:
        history.close()


def own_words(means: Means, *, tells: bool) -> tuple[str, ...]:
    """The command of a monitor that lives as long as the window's program."""
    return means.monitor if tells else (*means.monitor, QUIET)
