"""The lab for tests: the fixture `lab` plays a guest script and gives its JSON."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from .machine import play
from .measured import GIVEN_UP, KERNELS, why_not
from .packages import why_unusable

LONGEST = 5400  # seconds: the first test of all may have to wait for two machines


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that waits for machines has their time; each machine has an end of its own."""
    for item in items:
        if "lab" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(LONGEST))


def usable() -> None:
    """Skips with the reason where the lab cannot run; in CI that is an error."""
    reason = why_unusable()
    if reason and os.environ.get("CI"):
        pytest.fail(f"the lab has to run in CI: {reason}")
    if reason:
        pytest.skip(f"no camera lab: {reason}")


def needed(kernel: str) -> None:
    """Skips with the reason where a kernel cannot be had; in CI that is an error, unless
    CAMCHECK_LAB_NEWER allows to do without it.
    """
    reason = why_not(kernel)
    if reason and os.environ.get("CI") and KERNELS[kernel] != GIVEN_UP:
        pytest.fail(f"{reason}; CAMCHECK_LAB_NEWER={GIVEN_UP} would allow to do without")
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def lab() -> Callable[..., Any]:
    """`machine.play`, where the lab can run."""
    usable()
    return play
