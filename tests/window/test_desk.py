"""The window and its sign on a real desktop: screen, session bus, panel, notifications, monitor."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from camcheck.monitor.tell.handover import hand_over
from tests.monitor.standin import StandIn
from tests.waiting import until
from tests.window.desk import Desk, Talking

WITHIN = 2.0  # seconds from the opening of the camera to the sign; the issue promises it


@pytest.fixture
def lamp() -> Iterator[Path]:
    """A program of this account that nobody packaged: a copy of flock(1), which opens a file, and
    has it open until its input ends."""
    folder = Path(tempfile.mkdtemp(prefix="camcheck-", dir=Path.home()))
    shutil.copy("/usr/bin/flock", folder / "lamp")
    yield folder / "lamp"
    shutil.rmtree(folder)


@contextmanager
def films(program: Path, camera: StandIn) -> Iterator[None]:
    """The program has the camera open."""
    words = [str(program), "--close", str(camera.node), "cat"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        try:
            yield
        finally:
            process.stdin.close()
            process.wait()


def shown(panel: Talking) -> list[dict[str, Any]]:
    return [one for one in panel.said() if one["what"] == "shown"]


def delay(panel: Talking, text: str) -> float:
    """Seconds from now until the menu of the sign has this line."""
    began, before = time.monotonic(), len(panel.said())

    def since() -> list[float]:
        said = [one for one in panel.said()[before:] if one["what"] == "shown"]
        return [one["at"] for one in said if text in one["menu"]]

    until(since)
    return float(since()[0] - began)


def menu_says(panel: Talking, text: str) -> bool:
    found = shown(panel)
    return bool(found) and any(text in line for line in found[-1]["menu"])


def test_a_film_changes_the_sign_and_that_was_me_makes_the_next_one_quiet(
    desk: Desk, camera: StandIn, lamp: Path
):
    """The whole way: panel, monitor, film, sign, notification, click, approval, next film."""
    uses, idle = "lamp has Stand-in camera open", "Nobody uses a camera"
    panel = desk.start("tests.window.host", log="panel")
    until(panel.said)
    history = str(desk.folder / "state")
    desk.start("tests.window.monitor", str(camera.folder), history, log="monitor")
    until(lambda: "ready" in (desk.folder / "monitor").read_text())
    window = desk.start(
        "tests.window.driven", str(desk.folder), str(camera.folder), "--sign", log="window"
    )
    until(lambda: menu_says(panel, idle))

    delays = []
    with films(lamp, camera):
        delays.append(delay(panel, uses))
        until(lambda: ["lamp has opened Stand-in camera"] == desk.notifications())

        panel.tell("press Open camcheck")
        until(lambda: "lamp" in (window.ask("?")["stories"] or ()))
        desk.click(window, "story.mine")
        desk.click(window, "Approve this program")
        until(lambda: "lamp" in window.ask("?")["approved"])
    until(lambda: menu_says(panel, idle))

    for _ in range(2):
        with films(lamp, camera):
            delays.append(delay(panel, uses))
        until(lambda: menu_says(panel, idle))
    assert ["lamp has opened Stand-in camera"] == desk.notifications()
    assert min(delays) < WITHIN  # of three: a machine that does much else may be late once

    panel.tell("press End camcheck")
    assert 0 == window.process.wait(60)


def test_a_panel_that_comes_late_gets_the_sign(desk: Desk):
    """GNOME with an extension that is switched on later; a panel that crashed and is back."""
    window = desk.start("tests.window.driven", str(desk.folder), "--sign", log="window")
    assert not window.ask("?")["visible"]
    for log in ("first panel", "second panel"):
        panel = desk.start("tests.window.host", log=log)
        until(lambda panel=panel: menu_says(panel, "Nobody watches"))
        panel.end()


def test_a_second_start_brings_up_the_first(desk: Desk):
    """And ends itself."""
    first = desk.start("tests.window.driven", str(desk.folder), "--sign", log="first")
    assert not first.ask("?")["visible"]
    second = desk.start("tests.window.driven", str(desk.folder), log="second")

    assert 0 == second.process.wait(60)
    until(lambda: first.ask("?")["visible"])


def test_one_that_was_killed_is_no_hindrance(desk: Desk):
    """Its lock and its socket lie there still."""
    first = desk.start("tests.window.driven", str(desk.folder), "--sign", log="first")
    first.ask("?")
    first.process.kill()
    first.process.wait()
    second = desk.start("tests.window.driven", str(desk.folder), log="second")

    until(lambda: second.ask("?")["visible"])


def test_without_a_panel_a_click_on_a_notification_opens_the_window(
    desk: Desk, camera: StandIn, lamp: Path
):
    """The monitor hands its notification over to the window, which waits for the click."""
    history = str(desk.folder / "state")
    desk.start("tests.window.monitor", str(camera.folder), history, log="monitor")
    until(lambda: "ready" in (desk.folder / "monitor").read_text())
    window = desk.start(
        "tests.window.driven", str(desk.folder), str(camera.folder), "--sign", log="window"
    )
    assert not window.ask("?")["visible"]
    with films(lamp, camera):
        until(lambda: desk.waiting())
        desk.press_notification()
        until(lambda: window.ask("?")["visible"])


def test_without_the_library_the_sign_shows_the_notification(desk: Desk):
    """camcheck[window] alone; and the monitor is told that it was shown."""
    panel = desk.start("tests.window.host", log="panel")
    until(panel.said)
    desk.start("tests.window.driven", str(desk.folder), "--sign", "--no-library", log="window")
    until(lambda: shown(panel))
    message = {"title": "lamp films", "body": "Since 12:00.", "urgent": False}

    assert hand_over(message, str(desk.folder / "run/camcheck"), patience=60.0)
    until(desk.waiting)
    assert ["lamp films"] == desk.notifications()


def test_the_monitor_of_the_window_ends_with_it(desk: Desk, camera: StandIn):
    """Watching only now: it is a child, and it leaves its history in order."""
    history = desk.folder / "state"
    window = desk.start("tests.window.driven", str(desk.folder), str(camera.folder), log="window")
    until(lambda: window.ask("?")["visible"])
    window.ask("tab Watch")
    desk.click(window, "watch.now")
    until(lambda: (history / "monitor.json").exists())
    window.process.terminate()

    assert 0 == window.process.wait(60)
    until(lambda: not (history / "monitor.json").exists())
