"""camcheck against real holders of a real camera driver, as root, with the kernel's help and
without it, and as two ordinary users.
"""

from collections.abc import Callable
from typing import Any

import pytest

from .conftest import needed
from .expected import EXPECTED, Answer, Counted, Missed, Seen, Unseen
from .guest.observers import VIEWERS
from .measured import KERNELS, matrix_of, ways_of
from .ways import HARMLESS, HOLDING, WAYS, Way

CALM = {0, 3, 10}  # nothing found, nothing found but incomplete, information only


def cells(*, holding: bool) -> list[Any]:
    """Kernel, way and viewer of every test."""
    return [
        pytest.param(kernel, name, viewer, id=f"{kernel}-{name}-{viewer}")
        for kernel in KERNELS
        for name in ways_of(kernel)
        for viewer in VIEWERS
        if WAYS[name].holds is holding
    ]


def view(kernel: str, name: str, viewer: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row of a way, and what camcheck said to that viewer."""
    needed(kernel)
    row = matrix_of(kernel)["rows"][name]
    if "skipped" in row:
        pytest.skip(row["skipped"])
    assert "error" not in row, row["error"]
    seen = row["views"][viewer]
    assert seen["report"], f"no report, but: {seen['stderr']}"
    return row, seen


def alarms(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The findings that are more than information."""
    found = ((finding["check"], finding["severity"]) for finding in report["findings"])
    return [pair for pair in found if pair[1] != "info"]


@pytest.mark.parametrize(("kernel", "name", "viewer"), cells(holding=True))
def test_a_way_of_holding(lab: Callable[..., Any], kernel: str, name: str, viewer: str) -> None:
    """Who holds the camera is named, or it is said that it could not be seen; never "clear"."""
    row, seen = view(kernel, name, viewer)
    answer: Answer = getattr(EXPECTED[name], viewer)

    assert WAYS[name].streams == row["streaming"], "what the webcam itself says"
    assert_answer(answer, row["pid"], seen)
    assert cameras_held(seen["report"], row["pid"]) <= {the_camera(seen["report"], WAYS[name])}


def cameras_held(report: dict[str, Any], pid: int) -> set[str]:
    """The cameras that the process is told to hold."""
    return {holder["camera"] for holder in report["holders"] if holder["pid"] == pid}


def the_camera(report: dict[str, Any], way: Way) -> str:
    """The one camera that this way truly holds: vivid's, or the webcam."""
    key, value = ("driver", "vivid") if way.node == "vivid" else ("serial", "LAB0001")
    return next(str(camera["id"]) for camera in report["cameras"] if camera[key] == value)


def assert_answer(answer: Answer, pid: int, seen: dict[str, Any]) -> None:
    """What camcheck said is the expected answer, and its exit status fits."""
    report = seen["report"]
    checks = {finding["check"] for finding in report["findings"]}
    via = {holder["via"] for holder in report["holders"] if holder["pid"] == pid}
    match answer:
        case Seen():
            assert answer.via & via, f"expected {set(answer.via)}, got {via}, {checks}"
            assert answer.checks <= checks
            assert not answer.calm or [] == alarms(report)
        case Counted():
            assert answer.check in checks
        case Missed():
            assert not via, "it is seen by now: docs/security-model.md has to say so"
        case Unseen():
            denied = [
                g for g in report["gaps"] if (g["fact"], g["reason"]) == ("holders", "denied")
            ]
            assert denied, f"no gap tells that holders could not be looked at: {report['gaps']}"
    assert seen["status"] in {3, 10, 11, 12, 13, 14}


@pytest.mark.parametrize(("kernel", "name", "viewer"), cells(holding=False))
def test_no_false_alarm(lab: Callable[..., Any], kernel: str, name: str, viewer: str) -> None:
    """Ordinary doings around a camera are at most information."""
    row, seen = view(kernel, name, viewer)
    named = [holder["pid"] for holder in seen["report"]["holders"]]

    assert [] == alarms(seen["report"])
    assert seen["status"] in CALM
    if name in ("nobody", "o_path", "regular_file", "in_arguments", "ended"):
        assert [] == named
        assert viewer not in ("root", "confined") or seen["status"] == 0
    elif name != "flicker" and viewer != "bob":
        assert row["pid"] in named


@pytest.mark.parametrize("viewer", ["root", "alice"])
def test_a_loopback_writer_feeds_a_virtual_camera(lab: Callable[..., Any], viewer: str) -> None:
    """The camera that a loopback writer holds is told to be virtual."""
    row, seen = view("stable", "loopback_writer", viewer)
    kinds = {camera["id"]: camera["kind"] for camera in seen["report"]["cameras"]}
    held = {h["camera"] for h in seen["report"]["holders"] if h["pid"] == row["pid"]}

    assert ["virtual"] == [kinds[camera] for camera in held]


@pytest.mark.parametrize("kernel", KERNELS)
def test_the_kernel_points_root_to_descriptors(lab: Callable[..., Any], kernel: str) -> None:
    """The fast search is what root's rows are about, on every kernel of the lab."""
    needed(kernel)
    assert matrix_of(kernel)["pointed_to"]


def test_every_way_has_an_expected_answer() -> None:
    """No way of holding is played without a judgement on what camcheck says."""
    assert {way.name for way in HOLDING} == set(EXPECTED)


def test_open_files_of_psutil_never_show_a_camera(lab: Callable[..., Any]) -> None:
    """psutil's open_files() lists regular files only: nothing may be built on it."""
    rows = matrix_of("stable")["rows"]

    assert [] == [way.name for way in HOLDING if rows[way.name].get("psutil")]


def test_the_ordinary_tools_miss_what_they_are_known_to_miss(lab: Callable[..., Any]) -> None:
    """lsof and fuser do not show a thread's own descriptors, a ring, or a descriptor in flight."""
    rows = matrix_of("stable")["rows"]
    blind = {name for name, row in rows.items() if row.get("lsof") is row.get("fuser") is False}

    assert {"thread_unshare", "zombie_leader", "uring_fixed", "scm_parked"} <= blind


def test_harmless_doings_are_all_played() -> None:
    """Each harmless way is a row on the host's own kernel."""
    assert {way.name for way in HARMLESS} <= set(ways_of("stable"))
