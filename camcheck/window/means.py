"""What the command line gives the window: folders, commands and whom to ask for a name."""

from collections.abc import Callable

from camcheck.fact import NamedTuple


class Means(NamedTuple):
    """``history`` is the folder of the user's own history, ``remembered`` that of self-tests.

    ``look`` is the command that scans and writes JSON, ``administrator`` the fixed one that does
    the same with an administrator's rights (None: this system has no way to it from here);
    ``elevates``: it has a window of its own, and no output comes back. ``monitor`` is the command
    that watches until it is ended. ``runtime`` is a folder of this login alone, ``door`` the
    file in which the service for all users leaves what this user may see, None where there is no
    such service. ``start`` opens this window at login, without showing it.
    """

    history: str
    remembered: str
    look: tuple[str, ...]
    monitor: tuple[str, ...]
    start: tuple[str, ...]
    runtime: str
    report_path: Callable[[], str]
    administrator: tuple[str, ...] | None = None
    elevates: bool = False
    door: str | None = None
