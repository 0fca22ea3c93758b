"""The history of camera use: one SQLite file that survives a crash and never outgrows its bound.

What is committed stays (WAL, synchronous=FULL). When the disk is full, what cannot be written waits
in memory, bounded, and the number that was lost becomes an entry itself.
"""

import json
import os
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

from camcheck.errors import HistoryError, ReportError
from camcheck.fact import NamedTuple
from camcheck.findings import Session
from camcheck.history.heartbeat import last_beat
from camcheck.history.place import FILE
from camcheck.model import Moment
from camcheck.serial import from_plain, to_plain
from camcheck.typed import Any
from camcheck.version1 import upgraded_session

_VERSION = 2
_PAGE = 4096
_WAITING = 500  # writes that are kept in memory while the disk is full
_SHARE = 10  # one part in ten of the oldest goes when the bound is reached
_SCHEMA = """
CREATE TABLE session (
    id INTEGER PRIMARY KEY,
    began INTEGER NOT NULL, ended INTEGER, seen INTEGER NOT NULL,
    camera TEXT NOT NULL, body TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX session_began ON session (began);
CREATE TABLE moment (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, camera TEXT NOT NULL, text TEXT NOT NULL) STRICT;
CREATE TABLE message (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE approval (id INTEGER PRIMARY KEY, body TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE run (id INTEGER PRIMARY KEY, began INTEGER NOT NULL, seen INTEGER NOT NULL) STRICT;
"""
_MORE = "ALTER TABLE moment ADD COLUMN body TEXT"
"""Came with version 2: all of a moment that is more than a time and a sentence, as JSON."""
_LATER = (
    "CREATE TABLE IF NOT EXISTS answered (session INTEGER PRIMARY KEY) STRICT",
    "CREATE INDEX IF NOT EXISTS session_times ON session (began, ended)",
)
"""Came later than the rest; an older camcheck does not mind them."""


class Bounds(NamedTuple):
    """What is kept: ``days`` of it, and ``size`` bytes at most (the file itself)."""

    days: int = 180
    size: int = 32 * 1024 * 1024


class Stored(NamedTuple):
    """A session as it was stored. ``seen`` is when it was last known to go on."""

    id: int
    session: Session
    seen: datetime


class Run(NamedTuple):
    """A time in which a monitor watched: outside of all runs nothing is known."""

    began: datetime
    seen: datetime


class History:
    """The history in a folder. One monitor writes it, any number of others read or approve."""

    def __init__(self, folder: str, bounds: Bounds | None = None) -> None:
        """Opens or makes it, mode 0600. Raises HistoryError."""
        self.path = os.path.join(folder, FILE)
        self._bounds = bounds or Bounds()
        self._waiting: deque[tuple[str, tuple[Any, ...]]] = deque()
        self.lost = 0
        self.unreadable = 0
        """Entries that were passed over because another version of camcheck wrote them."""
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            _make_private(self.path)
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=1.0)
            self._prepare()
            self._next = self._value("SELECT coalesce(max(id), 0) + 1 FROM session")
        except (OSError, sqlite3.Error) as error:
            raise HistoryError(_unusable(self.path, error)) from error

    def _prepare(self) -> None:
        self._db.execute(f"PRAGMA page_size = {_PAGE}")
        self._db.execute("PRAGMA auto_vacuum = INCREMENTAL")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA journal_size_limit = 1048576")
        self._db.execute("PRAGMA wal_autocheckpoint = 200")
        self._db.execute("PRAGMA cache_size = -512")
        self._db.execute(f"PRAGMA max_page_count = {self._bounds.size // _PAGE}")
        version = self._value("PRAGMA user_version")
        if version > _VERSION:
            raise HistoryError(
                f"{self.path} was written by a newer camcheck; update camcheck to read it."
            )
        if version == 0:
            self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = 1; COMMIT;")
        if version < _VERSION:
            self._db.executescript(f"BEGIN; {_MORE}; PRAGMA user_version = {_VERSION}; COMMIT;")
        for statement in _LATER:
            self._db.execute(statement)

    def _value(self, query: str, *values: Any) -> int:
        row = self._db.execute(query, values).fetchone()
        return int(row[0])

    def begin(self, session: Session) -> int:
        """Stores a new session; returns its number."""
        number, self._next = self._next, self._next + 1
        began = _stamp(session.began)
        self._write(
            "INSERT INTO session (id, began, ended, seen, camera, body) VALUES (?, ?, ?, ?, ?, ?)",
            number,
            began,
            _stamp(session.over),
            _stamp(session.over) or began,
            session.camera,
            _body(session),
        )
        return number

    def update(self, number: int, session: Session, *, seen: datetime) -> None:
        """Replaces what is known of a session."""
        self._write(
            "UPDATE session SET ended = ?, seen = ?, body = ? WHERE id = ?",
            _stamp(session.over),
            _stamp(seen),
            _body(session),
            number,
        )

    def add(self, moment: Moment) -> None:
        """Stores something that happened apart from a session."""
        plain = moment == Moment(moment.at, moment.camera, moment.text)
        self._write(
            "INSERT INTO moment (at, camera, text, body) VALUES (?, ?, ?, ?)",
            _stamp(moment.at),
            moment.camera,
            _clean(moment.text),
            None if plain else _body(moment),
        )

    def watched(self, *, since: datetime, until: datetime) -> None:
        """This monitor has watched from ``since`` until now."""
        began, seen = _stamp(since), _stamp(until)
        self._write(
            "INSERT INTO run (id, began, seen) VALUES (?1, ?1, ?2)"
            " ON CONFLICT (id) DO UPDATE SET seen = ?2",
            began,
            seen,
        )

    def runs(self, *, since: datetime | None = None) -> list[Run]:
        """When a monitor watched, the oldest first."""
        rows = self._rows(
            "SELECT began, seen FROM run WHERE seen >= ? ORDER BY began", _stamp(since) or 0
        )
        runs = [Run(_time(began), _time(seen)) for began, seen in rows]
        beat = last_beat(os.path.dirname(self.path))
        if runs and beat and _stamp(beat.began) == _stamp(runs[-1].began):
            runs[-1] = runs[-1]._replace(seen=max(runs[-1].seen, beat.at))
        return runs

    def take_beat(self) -> None:
        """Notes until when the last monitor watched, before another one gives signs of life."""
        beat = last_beat(os.path.dirname(self.path))
        runs = self.runs()
        if beat and runs and _stamp(runs[-1].began) == _stamp(beat.began):
            self.watched(since=beat.began, until=runs[-1].seen)

    def keep(self, message: str, *, at: datetime) -> None:
        """Keeps a notification that could not be delivered."""
        self._write("INSERT INTO message (at, body) VALUES (?, ?)", _stamp(at), _clean(message))

    def kept(self) -> list[tuple[int, str]]:
        """Notifications that were never delivered, the oldest first."""
        return list(self._rows("SELECT id, body FROM message ORDER BY id LIMIT 100"))

    def forget_message(self, number: int) -> None:
        """It was delivered or shown."""
        self._write("DELETE FROM message WHERE id = ?", number)

    def answer(self, *, until: datetime) -> int:
        """The user says that every use that began until then was expected; how many that were."""
        before = self._value("SELECT count(*) FROM answered")
        self._write(
            "INSERT OR IGNORE INTO answered (session) SELECT id FROM session WHERE began <= ?",
            _stamp(until),
        )
        return self._value("SELECT count(*) FROM answered") - before

    def answer_for(self, numbers: Iterable[int]) -> None:
        """The user says that these sessions were expected."""
        for number in numbers:
            self._write("INSERT OR IGNORE INTO answered (session) VALUES (?)", number)

    def answered(self) -> frozenset[int]:
        """The numbers of the sessions that the user has answered for."""
        return frozenset(number for (number,) in self._rows("SELECT session FROM answered"))

    def approvals(self) -> list[tuple[int, str]]:
        """What the user has approved, as it was stored."""
        return list(self._rows("SELECT id, body FROM approval ORDER BY id"))

    def approve(self, body: str) -> None:
        self._write("INSERT OR IGNORE INTO approval (body) VALUES (?)", body)

    def withdraw(self, number: int) -> None:
        self._write("DELETE FROM approval WHERE id = ?", number)

    def unfinished(self) -> list[Stored]:
        """Sessions that had no end when the monitor stopped."""
        return list(self._sessions("WHERE ended IS NULL ORDER BY began", ()))

    def changed(self, *, after: int, among: Iterable[int]) -> list[Stored]:
        """Sessions without an end, those with a number above ``after``, and those ``among`` others.

        For who follows: what is known already is not read again.
        """
        numbers = tuple(among)
        marks = ",".join("?" * len(numbers))
        query = f"WHERE ended IS NULL OR id > ? OR id IN ({marks}) ORDER BY id"
        return list(self._sessions(query, (after, *numbers)))

    def sessions(
        self, *, since: datetime | None = None, camera: str | None = None, limit: int = 10_000
    ) -> list[Stored]:
        """Sessions that went on after ``since``, the oldest first; of too many, the latest."""
        terms: list[str] = ["1"]
        values: list[object] = []
        if since:
            terms.append("(ended IS NULL OR ended >= ?)")
            values.append(_stamp(since))
        if camera:
            terms.append("camera = ?")
            values.append(camera)
        query = f"WHERE {' AND '.join(terms)} ORDER BY began DESC, id DESC LIMIT ?"
        return list(self._sessions(query, (*values, limit)))[::-1]

    def between(self, since: datetime, until: datetime, *, limit: int = 2000) -> list[Stored]:
        """Sessions that went on at some time of a stretch, the oldest first.

        Found by their times alone, so that a day is read without the months around it.
        """
        query = "WHERE began < ? AND (ended IS NULL OR ended >= ?) ORDER BY began DESC LIMIT ?"
        values = _stamp(until), _stamp(since), limit
        return list(self._sessions(query, values))[::-1]

    def first(self) -> datetime | None:
        """When the history begins: the oldest watch or session; None for an empty one."""
        rows = self._rows(
            "SELECT min(began) FROM (SELECT min(began) AS began FROM run"
            " UNION ALL SELECT min(began) FROM session)"
        )
        began = next(rows)[0]
        return None if began is None else _time(began)

    def moments(self, *, since: datetime | None = None, limit: int = 10_000) -> list[Moment]:
        """What happened apart from sessions, the oldest first."""
        query = "SELECT at, camera, text, body FROM moment WHERE at >= ? ORDER BY id DESC LIMIT ?"
        found = []
        for at, camera, text, body in self._rows(query, _stamp(since) or 0, limit):
            try:
                more = from_plain(Moment, json.loads(body), where="moment") if body else None
            except (ReportError, ValueError):
                self.unreadable += 1
                continue
            found.append(more or Moment(_time(at), camera, text))
        return found[::-1]

    def tidy(self, *, now: datetime) -> None:
        """Forgets what is older than the bound, and gives its space back."""
        oldest = _stamp(now - timedelta(days=self._bounds.days))
        self._write("DELETE FROM session WHERE ended IS NOT NULL AND ended < ?", oldest)
        self._write("DELETE FROM answered WHERE session NOT IN (SELECT id FROM session)")
        self._write("DELETE FROM moment WHERE at < ?", oldest)
        self._write("DELETE FROM message WHERE at < ?", oldest)
        self._write("DELETE FROM run WHERE seen < ?", oldest)
        self._write("PRAGMA incremental_vacuum")

    def retry(self) -> None:
        """Writes what had to wait, if it can be written now."""
        while self._waiting:
            query, values = self._waiting[0]
            if not self._try(query, values):
                return
            self._waiting.popleft()
        if self.lost:
            text = f"The disk was full, and {self.lost} entries of the history were lost."
            self.lost = 0
            self.add(Moment(datetime.now(UTC), "", text))

    @property
    def waiting(self) -> int:
        """How many writes wait for room on the disk."""
        return len(self._waiting)

    def close(self) -> None:
        self.retry()
        self._db.close()

    def _write(self, query: str, *values: Any) -> None:
        """Writes, in order; what cannot be written waits for `retry`."""
        if self._waiting or not self._try(query, values):
            if len(self._waiting) >= _WAITING:
                self._waiting.popleft()
                self.lost += 1
            self._waiting.append((query, values))

    def _try(self, query: str, values: tuple[Any, ...]) -> bool:
        try:
            self._db.execute(query, values)
        except sqlite3.OperationalError:
            return self._after_making_room(query, values)
        return True

    def _after_making_room(self, query: str, values: tuple[Any, ...]) -> bool:
        """The bound of the file may be what stands in the way: then the oldest has to go."""
        try:
            if self._value("PRAGMA page_count") < self._bounds.size // _PAGE - 8:
                return False
            for table in ("session", "moment"):
                self._db.execute(
                    f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} ORDER BY id LIMIT"  # noqa: S608 our own names
                    f" (SELECT count(*) / {_SHARE} + 1 FROM {table}))"
                )
            self._db.execute(query, values)
        except sqlite3.OperationalError:
            return False
        return True

    def _rows(self, query: str, *values: Any) -> Iterator[Any]:
        try:
            with closing(self._db.execute(query, values)) as cursor:
                yield from cursor.fetchall()
        except sqlite3.Error as error:
            raise HistoryError(_unusable(self.path, error)) from error

    def _sessions(self, condition: str, values: tuple[object, ...]) -> Iterator[Stored]:
        query = f"SELECT id, seen, body FROM session {condition}"  # noqa: S608 our own words
        for number, seen, body in self._rows(query, *values):
            try:
                session = from_plain(Session, upgraded_session(json.loads(body)), where="session")
            except (ReportError, ValueError):
                self.unreadable += 1
                continue
            yield Stored(number, session, _time(seen))


def _make_private(path: str) -> None:
    """The file is made for its owner only, and is no link to another."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    os.close(os.open(path, flags, 0o600))


def _unusable(path: str, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"The history {path} cannot be used: {reason}."


def _body(record: Session | Moment) -> str:
    return json.dumps(to_plain(record), separators=(",", ":"))


def _clean(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _stamp(at: datetime | None) -> int | None:
    """Milliseconds since 1970, as SQLite compares and sorts them."""
    return None if at is None else round(at.timestamp() * 1000)


def _time(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp / 1000, UTC)
