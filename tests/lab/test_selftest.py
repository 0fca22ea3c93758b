"""The self-test on the real driver: OpenCV films, the light answers, and scans use what it showed.

The interpreter and OpenCV are those of the tests; the guest sees them where they are.
"""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from .cache import REPOSITORY
from .test_capture import webcam

# What follows a film on the real driver; a bulk camera's alternate setting stays 0.
FOLLOWS = {"driver-references", "driver-statistics", "usb-power", "usb-transfers"}
SETTING = "usb-alternate-setting"


@pytest.fixture(scope="module")
def told(lab: Callable[..., Any]) -> dict[str, Any]:
    """What the self-tests said and left, and what scans said after them."""
    if find_spec("cv2") is None:
        pytest.skip("OpenCV is not installed (camcheck[selftest])")
    interpreter = sys.executable
    if Path(interpreter).is_relative_to("/tmp") or Path(interpreter).is_relative_to("/run"):
        pytest.skip("the guest has its own /tmp and /run and cannot see this interpreter")
    answer: dict[str, Any] = lab("selftest", interpreter, str(REPOSITORY), timeout=300)
    return answer


@pytest.mark.parametrize(("mode", "verdict"), [("iso", "follows"), ("bulk", "dark-while-filming")])
def test_the_light_is_judged_by_what_it_shows(
    told: dict[str, Any], mode: str, verdict: str
) -> None:
    """An honest light follows; one that never shows is told, as soon as a round has filmed."""
    test = told[mode]
    filmed = [film for film, _ in test["record"]["rounds"]]

    assert 0 == test["status"], test["said"]
    assert 5 == len(test["answers"])
    assert sum(filmed) == test["films"] > 0
    assert filmed == test["answers"] or mode == "bulk"
    assert verdict == test["record"]["verdict"]


@pytest.mark.parametrize(
    ("mode", "changed", "silent"),
    [
        ("iso", FOLLOWS | {SETTING}, set()),
        ("bulk", FOLLOWS, {SETTING}),
    ],
)
def test_the_witnesses_that_follow_are_remembered(
    told: dict[str, Any], mode: str, changed: set[str], silent: set[str]
) -> None:
    """In each round that films; root's record is root's."""
    record = told[mode]["record"]

    assert changed <= set(record["changed"])
    assert silent == set(record["silent"])
    assert 0 == told[mode]["owner"]


@pytest.mark.parametrize("mode", ["iso", "bulk"])
@pytest.mark.parametrize(("doing", "state"), [("idle", "inactive"), ("film", "active")])
def test_a_later_scan_tells_what_can_be_relied_on(
    told: dict[str, Any], mode: str, doing: str, state: str
) -> None:
    """State as ever, and in the reason that a witness was seen to follow this camera."""
    (capture,) = webcam(told[mode][doing]["report"]["captures"])

    assert state == capture["state"]
    assert "can be relied on with this camera" in capture["reason"]
    assert [] == told[mode][doing]["report"]["gaps"]
