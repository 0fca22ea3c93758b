"""What the sign reads: the monitor's own writing, or what the service leaves at the door."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from camcheck.answer import Kind
from camcheck.findings import Severity
from camcheck.history.heartbeat import Beat, Heartbeat
from camcheck.history.store import History
from camcheck.model import CaptureState
from camcheck.monitor.clock import Clock
from camcheck.monitor.lock import Lock
from camcheck.monitor.tell.door import Left, Others
from camcheck.window.follow import Follower, State, of_door
from tests.monitor.build import a_finding, a_process, a_session

NOW = datetime.now(UTC)
LIVE = a_session(began=NOW, ended=None, capture=CaptureState.ACTIVE)
PAST = a_session(began=NOW - timedelta(hours=3), ended=NOW - timedelta(hours=2))


class Watched:
    """A monitor's folder with its lock and its signs of life, without a monitor."""

    def __init__(self, folder: Path) -> None:
        self.folder = str(folder)
        self._lock = Lock(self.folder)
        self._lock.__enter__()
        self.history = History(self.folder)
        self._heart = Heartbeat(self.folder)
        self.live()

    def live(self, *, ago: float = 0.0) -> None:
        now = Clock().now()
        self._heart.beat(Beat(1, now.wall, now.wall, now.elapsed - ago))

    def end(self) -> None:
        self.history.close()
        self._heart.close()
        self._lock.__exit__(None, None, None)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.end()


def test_a_film_is_in_use_with_the_programs_name(watched: Watched):
    """And over when it is over; a short use between two looks is missed by nobody."""
    follower = Follower(watched.folder, None)
    assert State(Kind.NOBODY) == follower.state()
    number = watched.history.begin(LIVE)
    assert State(Kind.IN_USE, ("Zoom films with HD Webcam",)) == follower.state()
    watched.history.update(number, LIVE._replace(ended=NOW), seen=NOW)
    assert State(Kind.NOBODY) == follower.state()
    watched.history.begin(PAST._replace(findings=(a_finding(),)))
    assert Kind.ALARM is follower.state().kind
    follower.close()


@pytest.mark.parametrize(
    ("severity", "kind"),
    [
        (Severity.INFO, Kind.NOBODY),
        (Severity.MEDIUM, Kind.LOOK),
        (Severity.HIGH, Kind.ALARM),
    ],
)
def test_what_was_found_stays_until_it_is_answered_for(
    watched: Watched, severity: Severity, kind: Kind
):
    """The sign says what a scan would: the past counts for seven days."""
    number = watched.history.begin(PAST._replace(findings=(a_finding(severity),)))
    follower = Follower(watched.folder, None)
    assert kind is follower.state().kind
    watched.history.answer_for([number])
    assert Kind.NOBODY is follower.state().kind
    follower.close()


def test_the_desktops_broker_is_a_use_only_while_it_films(watched: Watched):
    """PipeWire has the camera open all day, for whoever comes."""
    broker = LIVE._replace(
        process=a_process(exe="/usr/bin/pipewire", name="pipewire"), capture=CaptureState.INACTIVE
    )
    number = watched.history.begin(broker)
    follower = Follower(watched.folder, None)
    assert State(Kind.NOBODY) == follower.state()
    films = broker._replace(capture=CaptureState.ACTIVE)
    watched.history.update(number, films, seen=NOW)
    assert Kind.IN_USE is follower.state().kind
    follower.close()


def test_a_monitor_that_gives_no_signs_of_life_watches_nobody(watched: Watched):
    """Held still: its lock is there, and nothing is known."""
    follower = Follower(watched.folder, None)
    watched.live(ago=60.0)

    assert State(None) == follower.state()


def test_without_a_monitor_nothing_is_made(tmp_path: Path):
    """Who only follows leaves no history behind."""
    assert State(None) == Follower(str(tmp_path / "state"), None).state()
    assert not (tmp_path / "state").exists()


def test_a_name_cannot_act_in_the_sign(watched: Watched):
    """Menus and tooltips of panels get visible escapes."""
    hostile = a_process(exe="/tmp/\x1b[31m\u202egnp")
    watched.history.begin(LIVE._replace(process=hostile))
    follower = Follower(watched.folder, None)
    (line,) = follower.state().using
    follower.close()

    assert line.isprintable()
    assert "\\u202e" in line


def test_of_others_the_door_tells_that_somebody_uses_it():
    """Without a name, and as a use."""
    others = (Others("cam", "HD Webcam", NOW, None),)
    state = of_door(Left(NOW, (), others, ()))

    assert (
        State(Kind.IN_USE, ("Somebody else on this computer uses HD Webcam",), system=True) == state
    )
    assert Kind.NOBODY is of_door(Left(NOW, (), (others[0]._replace(ended=NOW),), ())).kind


def test_what_is_known_is_not_read_again(watched: Watched):
    """Each writing of the monitor asks for a look, so that must not grow with the history."""
    for number in range(30):
        began = NOW - timedelta(minutes=number * 5)
        watched.history.begin(a_session(began=began, ended=began + timedelta(minutes=1)))
    last = watched.history.begin(LIVE)
    follower = Follower(watched.folder, None)
    follower.state()

    assert [last] == [one.id for one in watched.history.changed(after=last, among=())]
    assert last == follower._highest
    follower.close()
