"""The past as the window shows it: days, uses, times without watch, and keys to come to them."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from camcheck.history.store import History
from camcheck.monitor.clock import Clock
from camcheck.monitor.tell.door import Door, path_of
from camcheck.window.clock import midnight
from camcheck.window.days import Days, dark_in_words, in_words, without
from camcheck.window.main import Window
from camcheck.window.sign import Sign
from camcheck.window.story import StoryRow
from camcheck.window.strip import sign_of_use
from tests.monitor.build import a_process, a_session
from tests.window.months import write_months
from tests.window.shown import application, means, settle, shown, situation


@pytest.fixture(autouse=True)
def running() -> None:
    """Widgets need an application."""
    application()


def opened(folder: Path, *, days: int, daily: int = 3) -> Window:
    write_months(folder / "state", days=days, daily=daily)
    window = shown(means(folder), situation("nobody uses the camera"))
    window.tabs.setCurrentWidget(window.past)
    settle()
    return window


def press(window: Window, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(window.past.strip, key)
    settle()


def lines(window: Window) -> list[str]:
    found = window.past.uses
    return [found.item(row).text() for row in range(found.count())]


def test_a_day_has_its_uses_and_the_time_in_which_nobody_watched(tmp_path: Path):
    """Two days ago: the night until seven and the last hour were not watched; one use is odd."""
    write_months(tmp_path, days=9)
    days = Days(str(tmp_path), None)
    days.refresh()
    day = days.day(2)

    assert 9 == days.number
    assert 4 == len(day.uses)
    assert [Sign.ALARM] == [sign_of_use(use) for use in day.uses if use.odd]
    assert [(0, 7), (23, 24)] == [
        (
            round((a - day.start).total_seconds() / 3600),
            round((b - day.start).total_seconds() / 3600),
        )
        for a, b in day.dark
    ]
    assert "8 h" in dark_in_words(day)
    days.close()


def test_a_use_over_midnight_stands_in_both_days(tmp_path: Path):
    """And one that goes on stands in today."""
    start = midnight(datetime.now(UTC))
    history = History(str(tmp_path))
    history.begin(a_session(began=start - timedelta(hours=1), ended=start + timedelta(seconds=1)))
    history.begin(a_session(began=start + timedelta(seconds=2), ended=None))
    history.close()
    days = Days(str(tmp_path), None)
    days.refresh()

    assert [2, 1] == [len(days.day(back).uses) for back in (0, 1)]
    days.close()


def test_what_the_service_lets_a_user_see_stands_beside_her_own(tmp_path: Path):
    """A use that both monitors saw is one; of others there is a bar without a name."""
    if os.geteuid() != 0:
        pytest.skip("only root writes the door")
    now = datetime.now(UTC)
    start = midnight(now)
    mine = a_session(began=start, ended=start + timedelta(seconds=3), process=a_process(uid=1))
    theirs = mine._replace(process=a_process(uid=2, exe="/home/bob/secret", name="secret"))
    only_there = mine._replace(began=start + timedelta(seconds=10), ended=now)
    service, own = History(str(tmp_path / "root")), History(str(tmp_path / "own"))
    for session in (mine, theirs, only_there):
        service.begin(session)
    service.watched(since=start, until=now)
    own.begin(mine._replace(began=start + timedelta(seconds=1)))
    door = Door(service, users=lambda: [1], folder=str(tmp_path / "door"))
    door.tick(Clock().now())
    days = Days(str(tmp_path / "own"), path_of(1, folder=str(tmp_path / "door")))
    days.refresh()
    day = days.day(0)
    days.close()
    own.close()
    service.close()

    assert [("", None), ("Zoom", mine.process), ("Zoom", mine.process)] == sorted(
        (use.who, use.session and use.session.process) for use in day.uses
    )
    assert "somebody else on this computer" in in_words(
        next(use for use in day.uses if not use.who)
    )
    assert sum((b - a).total_seconds() for a, b in day.dark) < 60


def test_what_was_watched_is_cut_out_of_a_day():
    """Before, in between and after."""
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def at(hour: int) -> datetime:
        return start + timedelta(hours=hour)

    watched = [(at(-5), at(1)), (at(3), at(4)), (at(30), at(40))]

    assert [(at(1), at(3)), (at(4), at(24))] == list(without(watched, start=start, end=at(24)))
    assert [] == list(without([(at(-1), at(25))], start=start, end=at(24)))


def test_all_of_it_can_be_reached_by_keys(tmp_path: Path):
    """Down to the day, right to its first use; the list and the story follow."""
    window = opened(tmp_path, days=9)
    press(window, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right)
    (row,) = window.past.findChildren(StoryRow)

    assert 4 == len(lines(window))
    assert "Needs a look" in lines(window)[0]
    assert "v" == row.story.name
    assert "v used HD Webcam" in window.past.strip.accessibleDescription()
    press(window, Qt.Key.Key_End)
    assert 8 == window.past.strip.back


def test_without_a_history_it_says_how_to_get_one(tmp_path: Path):
    """And makes none."""
    window = shown(means(tmp_path), situation("nobody uses the camera"))
    window.tabs.setCurrentWidget(window.past)
    settle()
    told = [one.text() for one in window.past.findChildren(QLabel) if one.isVisible()]

    assert any("Nobody has watched on this computer yet" in text for text in told)
    assert not (tmp_path / "state").exists()


def test_months_are_read_by_the_day(tmp_path: Path):
    """To come to the oldest of sixty days reads the days that are seen, and no others."""
    window = opened(tmp_path, days=60, daily=2)
    press(window, Qt.Key.Key_End)

    assert 59 == window.past.strip.back
    assert len(window.past._days._days) < 30
