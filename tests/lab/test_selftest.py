"""The self-test on the real driver: OpenCV films, the light answers, and scans use what it showed.

The interpreter and OpenCV are those of the tests; the guest sees them where they are. One webcam
is tested, because rounds take time where the processor is emulated; for an honest one call
`scripts/lab /lab/environment/bin/python -m tests.lab.guest.selftest PYTHON FOLDER iso honest`.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

from .cache import REPOSITORY
from .test_capture import webcam

# What follows a film on the real driver.
FOLLOWS = {"driver-references", "driver-statistics", "usb-power", "usb-transfers"}
SETTING = "usb-alternate-setting"


@pytest.fixture(scope="module")
def told(lab: Callable[..., Any]) -> dict[str, Any]:
    """What the self-tests said and left, and what scans said after them."""
    if find_spec("cv2") is None:
        pytest.skip("OpenCV is not installed (camcheck[selftest])")
    arguments = (sys.executable, str(REPOSITORY), "bulk", "dark")
    answer: dict[str, Any] = lab("selftest", *arguments)
    return answer


def test_a_light_that_never_shows_is_found(told: dict[str, Any]) -> None:
    """As soon as a round has filmed: nothing but the eyes can tell it."""
    filmed = [film for film, _ in told["record"]["rounds"]]

    assert 0 == told["status"], told["said"]
    assert [False] * 5 == told["answers"]
    assert sum(filmed) == told["films"] > 0
    assert "dark-while-filming" == told["record"]["verdict"]
    assert "The camera filmed while the light was dark" in told["said"]


def test_the_witnesses_that_follow_are_remembered(told: dict[str, Any]) -> None:
    """A bulk camera's alternate setting stays 0 while it films; root's record is root's."""
    record = told["record"]

    assert set(record["changed"]) >= FOLLOWS
    assert [SETTING] == record["silent"]
    assert 0 == told["owner"]


@pytest.mark.parametrize(("doing", "state"), [("idle", "inactive"), ("film", "active")])
def test_a_later_scan_tells_what_can_be_relied_on(
    told: dict[str, Any], doing: str, state: str
) -> None:
    """State as ever, and in the reason that a witness was seen to follow this camera."""
    (capture,) = webcam(told[doing]["report"]["captures"])

    assert state == capture["state"]
    assert "can be relied on with this camera" in capture["reason"]
    assert [] == told[doing]["report"]["gaps"]
