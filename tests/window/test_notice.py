"""Notifications of the window: the desktop has taken one, or somebody else has to show it."""

import sys
from collections.abc import Iterator

import pytest

from camcheck.monitor.tell.notify import NO_LIBRARY, REFUSED, SHOWN
from camcheck.window import notice
from camcheck.window.notice import Notice
from tests.waiting import until
from tests.window.shown import application, settle

MESSAGE: dict[str, object] = {"title": "lamp films", "body": "Since 12:00.", "urgent": False}
PYTHON = sys.executable
TAKEN = (PYTHON, "-c", f"print({SHOWN!r})")


@pytest.fixture
def shows() -> Iterator[Notice]:
    application()
    made = Notice()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (TAKEN, ["shown"]),
        ((PYTHON, "-c", f"raise SystemExit({NO_LIBRARY})"), ["refused"]),
        ((PYTHON, "-c", f"raise SystemExit({REFUSED})"), ["refused"]),
        ((PYTHON, "-c", "print('nonsense')"), ["refused"]),
        (("/nonexistent/python",), ["refused"]),
    ],
    ids=["taken", "no library", "not taken", "nonsense", "does not start"],
)
def test_what_the_desktop_did_is_told_once(
    shows: Notice, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], expected: list[str]
):
    """It is shown when the desktop says so; and who cannot show it says so, too."""
    monkeypatch.setattr(notice, "own_module", lambda *_: list(command))
    told: list[str] = []
    shows.tell(MESSAGE, lambda: told.append("shown"), lambda: told.append("refused"))
    until(lambda: (settle(), told and not shows.findChildren(notice.QProcess))[1])

    assert expected == told


def test_one_that_makes_room_for_others_is_told(shows: Notice, monkeypatch: pytest.MonkeyPatch):
    """Of too many that wait, the oldest is ended: if nobody has seen it, somebody else shows it."""
    waits = [PYTHON, "-c", "import sys; sys.stdin.read(); __import__('signal').pause()"]
    monkeypatch.setattr(notice, "own_module", lambda *_: waits)
    refused: list[int] = []
    for number in range(notice._AT_ONCE + 1):
        shows.tell(MESSAGE, lambda: None, lambda number=number: refused.append(number))  # type: ignore[misc] # a default is no argument
    until(lambda: (settle(), refused)[1])

    assert [0] == refused
