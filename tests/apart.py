"""Parts of the tests run beside each other, on one machine.

Some make it odd for everybody who looks (a process that keeps all others waiting); some say what
a scan of an ordinary machine has to end with. Not at the same time.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

try:
    import fcntl
except ImportError:  # Windows, where nothing is made odd
    fcntl = None


@contextmanager
def ordinary_machine() -> Iterator[None]:
    """Nobody makes the machine odd meanwhile."""
    with _locked(shared=True):
        yield


@contextmanager
def odd_machine() -> Iterator[None]:
    """Nobody relies on an ordinary machine meanwhile."""
    with _locked(shared=False):
        yield


@contextmanager
def _locked(*, shared: bool) -> Iterator[None]:
    """This very file is what is locked: one for all parts, and nothing has to be removed."""
    if fcntl is None:
        yield
        return
    descriptor = os.open(__file__, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
