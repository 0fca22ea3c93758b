"""What the sign shows, read from what the monitor writes. It looks at no camera itself."""

from datetime import UTC, datetime, timedelta

from camcheck.answer import Doing, Kind, Story
from camcheck.answer.judge import kind_of
from camcheck.answer.stories import BROKERS, of_session
from camcheck.approval import was_approved
from camcheck.errors import CamcheckError
from camcheck.fact import NamedTuple
from camcheck.findings import Session
from camcheck.history.heartbeat import last_beat
from camcheck.history.place import exists
from camcheck.history.store import History, Stored
from camcheck.history.timeline import RECENT
from camcheck.monitor.health import is_silent
from camcheck.monitor.lock import is_running
from camcheck.monitor.tell.door import Left, read
from camcheck.window.words import say

_MANY = 8  # uses that are named


class State(NamedTuple):
    """``kind`` None: nobody watches. ``using`` says in sentences who has a camera now.

    ``system``: it comes from the service for all users.
    """

    kind: Kind | None
    using: tuple[str, ...] = ()
    system: bool = False

    @property
    def line(self) -> str:
        """The whole state in one sentence."""
        if self.using:
            return self.using[0]
        if self.kind is None:
            return say("tray.unknown")
        return say("tray.nobody" if self.kind is Kind.NOBODY else "tray.past")


class Follower:
    """Follows the monitor of a folder, or else what the service for all users leaves at a door."""

    def __init__(self, folder: str, door: str | None) -> None:
        self._folder, self._door = folder, door
        self._history: History | None = None
        self._highest = 0
        self._open: dict[int, Session] = {}
        self._odd: dict[int, Session] = {}

    def state(self) -> State:
        """What is so now."""
        try:
            if self._is_watched():
                return self._own()
        except CamcheckError:
            self.close()  # what cannot be read is not known
        left = read(self._door) if self._door else None
        return State(None) if left is None or left.is_old() else of_door(left)

    def close(self) -> None:
        """Lets go of the history."""
        if self._history is not None:
            self._history.close()
        self._history = None
        self._highest = 0
        self._open, self._odd = {}, {}

    def _is_watched(self) -> bool:
        beat = last_beat(self._folder)
        return beat is not None and not is_silent(beat) and is_running(self._folder)

    def _own(self) -> State:
        history = self._opened()
        if history is None:
            return State(None)
        self._read(history)
        answered, is_approved = history.answered(), was_approved(history)
        now = [one for one in map(of_session, self._open.values()) if not _is_ready_only(one)]
        recent = datetime.now(UTC) - timedelta(days=RECENT)
        self._odd = {
            number: one for number, one in self._odd.items() if (one.over or recent) >= recent
        }
        past = [
            of_session(one)._replace(doing=Doing.NOTHING, past=True)
            for number, one in self._odd.items()
            if number not in answered and not is_approved(one.process)
        ]
        return State(kind_of((*now, *past)), tuple(map(in_words, now[:_MANY])))

    def _opened(self) -> History | None:
        """The history, opened anew when somebody has put another file in its place."""
        if self._history is None and exists(self._folder):
            self._history = History(self._folder)
            since = datetime.now(UTC) - timedelta(days=RECENT)
            for stored in self._history.sessions(since=since):
                self._take(stored)
        elif self._history is not None and not exists(self._folder):
            self.close()
        return self._history

    def _read(self, history: History) -> None:
        gone = tuple(self._open)
        self._open = {}
        for stored in history.changed(after=self._highest, among=gone):
            self._take(stored)

    def _take(self, stored: Stored) -> None:
        self._highest = max(self._highest, stored.id)
        session = stored.session
        if session.over is None:
            self._open[stored.id] = session
        elif session.worst is not None and session.worst.rank:
            self._odd[stored.id] = session


def _is_ready_only(story: Story) -> bool:
    """Whether it is the desktop's own broker, which has the camera ready and does not film.

    PipeWire has it all day; a sign that always says "in use" says nothing.
    """
    return story.file in BROKERS and story.doing is Doing.OPEN and not story.matters


def in_words(story: Story) -> str:
    """Who has the camera, in one sentence."""
    films = "films" if story.doing is Doing.FILMS else "open"
    return say(f"tray.{films}", program=story.name, camera=story.camera or "")


def of_door(left: Left) -> State:
    """What the service for all users lets this user see."""
    now = [of_session(one) for one in left.sessions if one.over is None]
    odd = [one for one in left.sessions if one.over is not None and one.worst and one.worst.rank]
    past = [of_session(one)._replace(doing=Doing.NOTHING, past=True) for one in odd]
    others = [one for one in left.others if one.ended is None]
    kind = kind_of((*now, *past))
    if others and kind is Kind.NOBODY:
        kind = Kind.IN_USE
    told = [in_words(one) for one in now]
    told += [say("tray.others", camera=one.camera_name) for one in others]
    return State(kind, tuple(told[:_MANY]), system=True)
