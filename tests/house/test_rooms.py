"""The rooms inside the rooms: which of them may use which, and that the tests stand beside them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.test_plan import PACKAGE, ROOT, imported

# By outer room: its inner rooms (files and folders directly below) and which others they may use.
# "" is the outer room's own __init__.
LOOKING = {"kernel", "processes", "holders", "capture", "indicators", "desktop", "traces", "watch"}
# by the commands, which do not know each other
SHARED = {"output", "folders", "run", "progress", "suggest", "seen"}
INSIDE = {
    "collect/linux": {
        "": {
            "cameras",
            "processes",
            "holders",
            "capture",
            "indicators",
            "desktop",
            "kernel",
            "opt_in",
        },
        "system": {"prints", "desktop", "traces", "watch", "processes"},
        "opt_in": set(),
        "kernel": set(),
        "nodes": {"kernel"},
        "cameras": {"kernel", "nodes"},
        "prints": {"kernel"},
        "processes": {"kernel"},
        "holders": {"kernel", "processes"},
        "capture": {"kernel", "nodes", "processes", "opt_in"},
        "indicators": {"kernel"},
        "desktop": {"kernel", "opt_in"},
        "traces": {"kernel"},
        "watch": {"kernel", "processes", "holders"},
    },
    "monitor": {
        "": set(),
        "clock": set(),
        "lock": set(),
        "service": set(),
        "tracker": {"clock"},
        "missed": {"clock"},
        "loop": {"clock", "missed", "tracker"},
        "watchdog": set(),
        "run": {"clock", "lock", "loop", "watchdog"},
        "health": {"clock", "lock", "service"},
        "status": {"health", "lock", "service"},
        "tell": {"clock"},
    },
    "cli": {
        "": {"commands", "run", "output"},
        "commands": {"guided", "suggest"},
        "output": set(),
        "folders": set(),
        "progress": {"output"},
        "suggest": set(),
        "since": set(),
        "seen": set(),
        "run": {"output", "folders", "progress", "witness"},
        "keys": {"output"},
        "witness": {"keys", "output"},
        "desktop": set(),
        "elevated": set(),
        "window": {*SHARED, "elevated"},
        "guided": {*SHARED, "keys", "witness", "desktop", "elevated", "selftest"},
        "report": {*SHARED, "fleet"},
        "table": set(),
        "fleet": {*SHARED, "table"},
        "history": {*SHARED, "since"},
        **dict.fromkeys(
            ("allow", "baseline", "cameras", "explain", "monitor", "rules"),
            SHARED,
        ),
        **dict.fromkeys(("scan", "selftest"), SHARED),
    },
}
FILES = sorted((outer, path) for outer in INSIDE for path in (PACKAGE / outer).rglob("*.py"))


def inner_room(outer: str, path: Path) -> str:
    """The inner room of a file."""
    first = path.relative_to(PACKAGE / outer).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def rooms_used(outer: str, path: Path) -> Iterator[str]:
    """The inner rooms of the same outer room that a file imports."""
    above = f"camcheck.{outer.replace('/', '.')}."
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        first = name.removeprefix(above).partition(".")[0]
        if name.startswith(above) and _is_room(PACKAGE / outer / first):
            yield first


def _is_room(path: Path) -> bool:
    """A file or a folder; not a name that the outer room's __init__ has."""
    return path.is_dir() or path.with_name(f"{path.name}.py").exists()


@pytest.mark.parametrize(
    ("outer", "path"), FILES, ids=[str(path.relative_to(PACKAGE)) for _, path in FILES]
)
def test_a_file_uses_only_the_rooms_that_its_own_may(outer: str, path: Path):
    """Holders know nothing of capture, capture nothing of lights, and nothing knows who is told."""
    own = inner_room(outer, path)

    assert own in INSIDE[outer], f"tests/house does not know the room {outer}/{own}"
    assert set() == set(rooms_used(outer, path)) - INSIDE[outer][own] - {own}


@pytest.mark.parametrize("outer", INSIDE)
def test_the_plan_names_no_room_that_is_not_there(outer: str):
    """Nor an arrow to one."""
    there = {inner_room(outer, path) for path in (PACKAGE / outer).rglob("*.py")}

    assert there == set(INSIDE[outer])
    assert set.union(*INSIDE[outer].values()) <= there


def test_the_arrows_make_no_circle():
    """Rooms can be read one after the other, each after those that it uses."""
    for plan in INSIDE.values():
        known: set[str] = set()
        while readable := {room for room in plan if plan[room] <= known} - known:
            known |= readable

        assert set(plan) == known


def test_a_systems_rooms_are_its_own():
    """Whoever asks about this machine asks collect, which has chosen the system."""
    above = "camcheck.collect.linux"
    using = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if not path.is_relative_to(PACKAGE / "collect/linux")
        for name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if f"{name}.".startswith(f"{above}.")
    }

    assert {"collect/__init__.py"} == using


# Tests that prove something about several rooms have a folder by what they need for it.
BY_MEANS = {
    "browser",
    "fuzz",
    "honest",
    "house",
    "lab",
    "package",
    "recorded",
    "rules",
    "windows",
}
BY_MEANS |= {"wine"}


def test_tests_stand_beside_what_they_test():
    """A folder of tests is named like the room that it is about, or by what its tests need."""
    tests = (ROOT / "tests").rglob("test_*.py")
    folders = {path.parent.relative_to(ROOT / "tests") for path in tests}
    elsewhere = {str(folder) for folder in folders if not (PACKAGE / folder).is_dir()}

    assert BY_MEANS == elsewhere


@pytest.mark.parametrize("room", sorted(LOOKING))
def test_every_room_that_looks_has_tests_beside_it(room: str):
    """Of collect/linux, which has most to get wrong."""
    assert list((ROOT / "tests/collect/linux" / room).glob("test_*.py"))
