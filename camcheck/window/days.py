"""The past by days, as the window shows it: uses, and the times in which nobody watched."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from camcheck.answer.naming import name_of
from camcheck.answer.sentences import say as sentence
from camcheck.duration import duration
from camcheck.errors import HistoryError
from camcheck.fact import NamedTuple
from camcheck.findings import Session
from camcheck.history.place import exists
from camcheck.history.store import History
from camcheck.monitor.tell.door import Left, read
from camcheck.window.clock import clock, midnight
from camcheck.window.words import say

_KEPT = 60  # days that are remembered once they were read
_SAME = 3.0  # seconds between the begins of one use as two monitors saw it


class Use(NamedTuple):
    """One use of a camera. ``session`` None: somebody else's, of whom nothing is shown.

    ``odd``: something was found in it that the person has not answered for.
    """

    camera: str
    camera_name: str
    began: datetime
    over: datetime | None
    who: str
    odd: int = 0
    answered: bool = False
    session: Session | None = None


class Day(NamedTuple):
    """``dark`` are the times in which nobody watched, up to now."""

    start: datetime
    end: datetime
    cameras: tuple[str, ...]
    uses: tuple[Use, ...]
    dark: tuple[tuple[datetime, datetime], ...]


class Days:
    """Reads a day when it is asked for, and keeps those that are over."""

    def __init__(self, folder: str, door: str | None) -> None:
        self._folder, self._door = folder, door
        self._history: History | None = None
        self._days: dict[datetime, Day] = {}
        self._left: Left | None = None
        self._watched: list[tuple[datetime, datetime]] = []
        self.first: datetime | None = None
        """When what is known begins; None: nothing is."""

    def refresh(self) -> None:
        """Something was written: what is known of today may be another. Raises HistoryError."""
        if self._history is None and exists(self._folder):
            self._history = History(self._folder)
        self._left = read(self._door) if self._door else None
        firsts = [self._history.first()] if self._history else []
        firsts += [one.began for one in self._left.watched] if self._left else []
        self.first = min((one for one in firsts if one), default=None)
        spans = [(one.began, one.seen) for one in self._history.runs()] if self._history else []
        spans += [(one.began, one.ended) for one in self._left.watched] if self._left else []
        self._watched = list(joined(spans))
        self._days.clear()

    def day(self, back: int) -> Day:
        """The day so many days before today; of one that cannot be read nothing is known."""
        start = midnight(datetime.now(UTC), days=-back)
        if start not in self._days:
            if len(self._days) >= _KEPT:
                self._days.pop(next(iter(self._days)))
            end = midnight(start, days=1)
            try:
                self._days[start] = self._read(start, end)
            except HistoryError:  # what cannot be read is not known
                self._days[start] = Day(start, end, (), (), ((start, end),))
        return self._days[start]

    @property
    def number(self) -> int:
        """How many days there are, today as one."""
        if self.first is None:
            return 0
        today = midnight(datetime.now(UTC))
        return max(1, (today.date() - self.first.astimezone().date()).days + 1)

    def close(self) -> None:
        """Lets go of the history."""
        if self._history is not None:
            self._history.close()
        self._history = None

    def _read(self, start: datetime, end: datetime) -> Day:
        own = list(self._own(start, end))
        uses = sorted([*own, *self._beside(own, start, end)], key=lambda use: (use.began, use.who))
        cameras = tuple(dict.fromkeys(use.camera_name for use in uses))
        until = min(end, datetime.now(UTC))
        dark = tuple(without(self._watched, start=start, end=until))
        return Day(start, end, cameras, tuple(uses), dark)

    def _own(self, start: datetime, end: datetime) -> Iterator[Use]:
        if self._history is None:
            return
        answered = self._history.answered()
        for stored in self._history.between(start, end):
            yield use_of(stored.session, answered=stored.id in answered)

    def _beside(self, own: list[Use], start: datetime, end: datetime) -> Iterator[Use]:
        """What the service for all users lets this user see besides."""
        if self._left is None:
            return
        known = [(use.camera, use.began) for use in own]
        for session in self._left.sessions:
            if _within(session.began, session.over, start, end) and not any(
                camera == session.camera and abs((began - session.began).total_seconds()) < _SAME
                for camera, began in known
            ):
                yield use_of(session, answered=session.answered)
        for one in self._left.others:
            if _within(one.began, one.ended, start, end):
                yield Use(one.camera, one.camera_name, one.began, one.ended, "")


def use_of(session: Session, *, answered: bool) -> Use:
    """A session as it is shown."""
    rank = session.worst.rank if session.worst else 0
    return Use(
        session.camera,
        session.camera_name,
        session.began,
        session.over,
        name_of(session.process) if session.process else sentence("name.unseen"),
        odd=0 if answered else rank,
        answered=answered and rank > 0,
        session=session,
    )


def _within(began: datetime, over: datetime | None, start: datetime, end: datetime) -> bool:
    return began < end and (over is None or over >= start)


def joined(
    spans: Iterable[tuple[datetime, datetime]],
) -> Iterator[tuple[datetime, datetime]]:
    """Stretches in order, those that touch as one."""
    last: tuple[datetime, datetime] | None = None
    for began, ended in sorted(spans):
        if last is not None and began <= last[1]:
            last = last[0], max(last[1], ended)
            continue
        if last is not None:
            yield last
        last = began, ended
    if last is not None:
        yield last


def without(
    watched: Iterable[tuple[datetime, datetime]], *, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of a stretch beside those that were watched."""
    at = start
    for began, ended in watched:
        if ended <= at:
            continue
        if began >= end:
            break
        if began > at:
            yield at, began
        at = max(at, ended)
    if at < end:
        yield at, end


def in_words(use: Use) -> str:
    """A use in one sentence."""
    began = clock(use.began)
    slots = {"began": began, "program": use.who, "camera": use.camera_name}
    if use.session is None:
        return say("past.other", **slots, ended=clock(use.over) if use.over else "…")
    if use.over is None:
        return say("past.use.on", **slots)
    if use.session.ended is None:
        return say("past.use.unseen-end", **slots)
    length = duration(max(0.0, (use.over - use.began).total_seconds()))
    return say("past.use", **slots, ended=clock(use.over), length=length)


def dark_in_words(day: Day) -> str:
    """How much of a day nobody watched; empty where somebody did all the time."""
    seconds = sum((ended - began).total_seconds() for began, ended in day.dark)
    until = min(day.end, datetime.now(UTC))
    if seconds < 60:
        return ""
    if seconds >= (until - day.start).total_seconds() - 1:
        return say("past.unwatched")
    return say("past.partly", time=duration(seconds))
