"""Two monitors, root's and an ordinary user's, beside a real camera driver.

A few ways and openings; docs/monitor.md names the command for the whole table.
"""

from collections.abc import Callable
from typing import Any

import pytest

WAYS = ("stream_mmap", "mknod_ns")


@pytest.fixture
def watched(lab: Callable[..., Any]) -> dict[str, Any]:
    answer: dict[str, Any] = lab("watching", "--short", *WAYS)
    return answer


@pytest.mark.parametrize("who", ["root", "alice"])
@pytest.mark.parametrize("way", WAYS)
def test_both_monitors_see_a_use_and_its_end(watched: dict[str, Any], way: str, who: str) -> None:
    """A program that films, and one in a container whose node no event is told of."""
    seen = watched["ways"][way][who]

    assert seen["seen"] is not None
    assert seen["ended"]
    assert "camera-in-use" in seen["findings"]


@pytest.mark.parametrize("way", WAYS)
def test_root_names_the_process_everywhere(watched: dict[str, Any], way: str) -> None:
    """In the container, too; Alice's monitor names her own programs."""
    assert watched["ways"][way]["root"]["named"] is not None
    assert watched["ways"]["stream_mmap"]["alice"]["named"] is not None


def test_every_opening_is_seen_and_root_names_each(watched: dict[str, Any]) -> None:
    """From one millisecond on, by new processes and by the same one."""
    rows = watched["bursts"]

    assert 8 == len(rows)
    assert [row["of"] for row in rows] == [row["seen"] for row in rows]
    assert all(row["named"] == row["of"] for row in rows if row["way"] == "root")


def test_watching_wakes_nothing_and_opens_nothing(watched: dict[str, Any]) -> None:
    """The camera sleeps while two monitors watch it, and its driver counts nobody."""
    assert {"runtime_status": "suspended", "refcnt": "0"} == watched["asleep"]
    assert not [end for end in watched["ends"].values() if end["what"] != "done"]
