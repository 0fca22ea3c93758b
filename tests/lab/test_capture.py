"""Does the light tell the truth: camcheck's word against the emulated webcam's own record."""

from collections.abc import Callable
from typing import Any

import pytest

from .capture_rows import FEW, ROWS, Row
from .conftest import needed
from .machine import play
from .measured import KERNELS

CALM = (
    *("iso-idle-unseen", "iso-open-unseen", "iso-film-unseen", "iso-idle-dark", "iso-open-dark"),
    *("iso-film-lit", "icon-off-idle-unseen", "icon-off-open-unseen", "icon-on-film-unseen"),
    "icon-on-film-lit",
)


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
    needed(kernel)
    names = () if KERNELS[kernel] is None else FEW
    answer: dict[str, Any] = play("capture", *names, kernel=KERNELS[kernel], timeout=2400)
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
    assert icon_of(row) == [i["state"] for i in icons(seen)]


def icons(seen: dict[str, Any]) -> list[dict[str, Any]]:
    """What the scan says of the desktop's icon for the webcam."""
    return [i for i in webcam(seen["report"]["indicators"]) if i["kind"] == "desktop-icon"]


def icon_of(row: Row) -> list[str]:
    """What it must say: nothing without a desktop, or while nobody is seen to use the camera."""
    asked = row.icon is not None and (row.state == "active" or "camera-in-use" in row.findings)
    return [] if not asked else ["on" if row.icon else "off"]


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("light", ["unseen", "dark", "lit"])
def test_who_receives_pictures_from_the_desktop_is_named(
    lab: Callable[..., Any], kernel: str, light: str
) -> None:
    """A call: PipeWire holds the camera, and the program that gets its pictures is named."""
    if KERNELS[kernel] is not None and light != "unseen":
        pytest.skip("no light can be made on this kernel")
    seen = record_of(kernel)["rows"][f"icon-on-film-{light}"]
    holders = webcam(seen["report"]["holders"])
    via = {holder["via"] for holder in holders if holder["pid"] == seen["caller"]}

    assert "pipewire" in via
    assert {"fd"} & {holder["via"] for holder in holders if holder["pid"] != seen["caller"]}


@pytest.mark.parametrize("name", ["iso-film-lying", "iso-idle-lying"])
def test_a_webcam_whose_own_light_lies_is_not_called_dark_or_lit(
    lab: Callable[..., Any], name: str
) -> None:
    """Its record knows that the light lies; for the system it cannot be read."""
    seen = record_of("stable")["rows"][name]
    lights = [i["state"] for i in webcam(seen["report"]["indicators"]) if i["kind"] == "led"]

    assert seen["lit"] is not seen["streaming"][0]
    assert ["not-observable"] == lights


@pytest.mark.parametrize("kernel", KERNELS)
def test_vivid_films_by_the_word_of_the_kernels_thread(
    lab: Callable[..., Any], kernel: str
) -> None:
    """Not while it is merely open, and a program of that name counts for nothing."""
    told = record_of(kernel)["vivid"]
    states = {
        name: [c["state"] for c in seen["report"]["captures"] if "vivid" in c["camera"]]
        for name, seen in told.items()
    }

    assert {"idle": ["inactive"], "open": ["inactive"], "film": ["active"]} == states
    assert {"camera-in-use"} == checks(told["film"])


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
    """A film that begins and ends between the looks is never told to be no film. root is told that
    it was one by the driver's statistics, unless they were as empty before it as after it."""
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
    calm = [rows[name]["report"]["findings"] for name in CALM]

    assert {"info"} == {finding["severity"] for findings in calm for finding in findings}
