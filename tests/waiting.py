"""Waiting for a condition, instead of for a time."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], *, seconds: float = 300.0, every: float = 0.005) -> None:
    """Waits for a condition, asking ``every`` so many seconds; fails when it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(every)  # between two looks: whoever looks without end takes the time of others
