"""A word for who waits: only when it takes long, and only for a person."""

import sys
from collections.abc import Callable

from camcheck.cli.output import say
from camcheck.typed import Any

SOON = 1.0
"""Seconds after which a person wonders whether anything happens."""


class patience:  # noqa: N801 read as a word: with patience()
    """Says ``what`` on standard error when the work inside takes more than a second.

    A whole line, once: nothing that turns or is written over, which a screen reader would repeat.
    """

    def __init__(self, what: str = "Still looking; a few seconds more.") -> None:
        self._what = what
        self._stop: Callable[[], object] | None = None

    def __enter__(self) -> None:
        if sys.stderr is not None and sys.stderr.isatty():
            self._stop = _at_the_time(self._what)

    def __exit__(self, *_: object) -> None:
        if self._stop is not None:
            self._stop()


def _at_the_time(what: str) -> Callable[[], object]:
    """Sets the alarm; returns what takes it back.

    Where there is one it is a signal's: a look is made in a copy of this process (fork), and no
    thread may run while that is made.
    """
    import signal

    system: Any = signal  # Windows has none of these names
    if hasattr(system, "setitimer"):
        before = system.signal(system.SIGALRM, lambda _signal, _frame: say(what))
        system.setitimer(system.ITIMER_REAL, SOON)

        def stop() -> None:
            system.setitimer(system.ITIMER_REAL, 0)
            system.signal(system.SIGALRM, before)

        return stop
    from threading import Timer

    timer = Timer(SOON, say, [what])
    timer.daemon = True
    timer.start()
    return timer.cancel
