"""The stand-in camera, and the waiting that needs no sleep."""

import os
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.monitor.standin import StandIn


@pytest.fixture
def camera() -> "Iterator[StandIn]":
    """A stand-in camera; root alone can make one. In CI it has to work."""
    from tests.monitor.standin import standin  # not on Windows, which has no device nodes

    if os.geteuid() != 0 and not os.environ.get("CI"):
        pytest.skip("device nodes can only be made by root")
    with standin() as device:
        yield device


def until(condition: Callable[[], object], *, seconds: float = 120.0) -> None:
    """Waits for a condition; fails when it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.005)
