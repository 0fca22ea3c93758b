"""Does the light tell the truth: camcheck's word against the emulated webcam's own record."""

from collections.abc import Callable
from typing import Any

import pytest

from .capture_rows import FEW, ROWS, Row
from .machine import play
from .measured import KERNELS, why_not

CALM = ("idle-unseen", "open-unseen", "film-unseen", "idle-dark", "open-dark", "film-lit")


def cells() -> list[Any]:
    """Kernel and row of every test."""
    return [
        pytest.param(kernel, row, id=f"{kernel}-{row.name}")
        for kernel in KERNELS
        for row in ROWS
        if KERNELS[kernel] is None or row.name in FEW
    ]


def record_of(kernel: str) -> dict[str, Any]:
    """All that was played on a kernel; the first call plays it, which takes minutes."""
    if reason := why_not(kernel):
        pytest.skip(reason)
    names = () if KERNELS[kernel] is None else FEW
    answer: dict[str, Any] = play("capture", *names, kernel=KERNELS[kernel], timeout=900)
    return answer


def webcam(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts about the emulated webcam."""
    return [fact for fact in facts if "LAB0001" in fact["camera"]]


def checks(seen: dict[str, Any]) -> set[str]:
    return {finding["check"] for finding in seen["report"]["findings"]}


@pytest.mark.parametrize(("kernel", "row"), cells())
def test_state_and_findings_of_a_row(lab: Callable[..., Any], kernel: str, row: Row) -> None:
    """Filming or not, holder visible or not, light on, off or none: state and findings fit."""
    seen = record_of(kernel)["rows"][row.name]
    truth = row.state == "active"

    assert [truth, truth] == seen["streaming"], "what the webcam itself says"
    assert [row.state] == [c["state"] for c in webcam(seen["report"]["captures"])]
    assert row.findings == checks(seen)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("mode", ["iso", "bulk"])
def test_a_sleeping_camera_is_not_woken(lab: Callable[..., Any], kernel: str, mode: str) -> None:
    """A scan costs a sleeping camera no millisecond awake and no transfer."""
    asleep = record_of(kernel)[mode]["asleep"]

    assert asleep["before"] == asleep["after"]
    assert ["inactive"] == [c["state"] for c in webcam(asleep["report"]["captures"])]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("mode", ["iso", "bulk"])
def test_a_film_between_two_looks_is_not_missed(
    lab: Callable[..., Any], kernel: str, mode: str
) -> None:
    """A film that begins and ends between the looks is never told to be no film."""
    short = record_of(kernel)[mode]["short"]

    assert 1 == short["films"]
    assert short["state"] in ("active", "undetermined")


@pytest.mark.parametrize("mode", ["iso", "bulk"])
def test_the_probe_sees_buffers_where_the_kernel_tells_them(
    lab: Callable[..., Any], mode: str
) -> None:
    """Since Linux 6.17 the probe tells a film by its buffers; before, it says that it cannot."""
    told = {}
    for kernel in KERNELS:
        for state in ("idle", "film"):
            seen = record_of(kernel)[mode]["probe"][state]
            for capture in webcam(seen["report"]["captures"]):
                said = [w for w in capture["witnesses"] if w["name"] == "buffer-sequence"]
                told[kernel, state] = [w["says"] for w in said]

    assert [None] == told["stable", "idle"]
    assert [None] == told["stable", "film"]
    assert ["inactive"] == told["newer", "idle"]
    assert ["active"] == told["newer", "film"]


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_light_that_is_set_to_stay_dark_is_told(lab: Callable[..., Any], kernel: str) -> None:
    """The Logitech setting is read by the probe; the webcam says that its light is truly dark."""
    probe = record_of(kernel)["iso"]["probe"]
    dark = probe["dark"]

    assert dark["truth"]["streaming"]
    assert not dark["truth"]["led"]
    assert "indicator-overridden" in checks(dark)
    assert "indicator-overridden" not in checks(probe["film"])
    assert KERNELS[kernel] is None or probe["refused"], "6.17 and later protect the setting"


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_film_is_not_disturbed(lab: Callable[..., Any], kernel: str) -> None:
    """While scans run, with the probe and without, a program loses no picture and none is bad."""
    undisturbed = record_of(kernel)["undisturbed"]

    for name in ("alone", "scan", "probe"):
        told = undisturbed[name]
        assert (0, 0) == (int(told["lost"]), int(told["bad"])), name
        assert int(told["pictures"]) > 30, name
        assert name == "alone" or told["scans"] > 0


def test_the_calm_rows_alarm_nobody(lab: Callable[..., Any]) -> None:
    """What happens on ordinary machines is at most information."""
    rows = record_of("stable")["rows"]
    calm = [rows[f"iso-{name}"]["report"]["findings"] for name in CALM]

    assert {"info"} == {finding["severity"] for findings in calm for finding in findings}
