"""The lab for tests: the fixture `lab` plays a guest script and gives its JSON."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from .machine import play
from .packages import why_unusable


@pytest.fixture(scope="session")
def lab() -> Callable[..., Any]:
    """`machine.play`, where the lab can run; elsewhere skipped with the reason, in CI an error."""
    if reason := why_unusable():
        if os.environ.get("CI"):
            pytest.fail(f"the lab has to run in CI: {reason}")
        pytest.skip(f"no camera lab: {reason}")
    return play
