"""The stand-in camera, and the waiting that needs no sleep."""

import os
from collections.abc import Iterator
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
