"""A word for who waits: only when it takes long, and only for a person."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from camcheck.cli.output import say

_SOON = 1.0
"""Seconds after which a person wonders whether anything happens."""


@contextmanager
def patience(what: str = "Still looking; a few seconds more.") -> Iterator[None]:
    """Says ``what`` on standard error when the work inside takes more than a second.

    A whole line, once: nothing that turns or is written over, which a screen reader would repeat.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    from threading import Timer

    timer = Timer(_SOON, say, [what])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
