"""A user's history, read by root with that user's rights and believed no further than a report.

Its owner can put anything in its place at any moment: a link, a pipe, a database whose journal is
played back when it is opened. So nothing of it is opened as root. A child process gives up root's
rights for good and reads; what it answers is text of bounded size, understood strictly. A process
that has changed its rights is closed to the user's other processes (PR_SET_DUMPABLE in prctl(2)).
"""

import json
import os
import signal
from collections.abc import Callable
from datetime import datetime
from typing import Any

from camcheck.errors import HistoryError, ReportError
from camcheck.findings import Past, Session, Span
from camcheck.history.place import exists
from camcheck.serial import from_plain, to_plain

_MOST = 4 << 20  # bytes of an answer
_SESSIONS = 500  # the newest
_ENDS = 20  # seconds after which the child is ended by the system


def past_of_user(folder: str, *, uid: int, gid: int, since: datetime) -> Past | None:
    """What a user's history holds from ``since`` on; None where there is none.

    Of the past only sessions and times that were watched. Raises HistoryError.
    """
    reading, writing = os.pipe()
    fork: Any = getattr(os, "fork")  # noqa: B009 mypy for Windows
    child: int = fork()
    if child == 0:
        _be_user(uid, gid, writing, lambda: _told(folder, since))
    os.close(writing)
    try:
        with open(reading, "rb") as pipe:
            answer = pipe.read(_MOST + 1)
    finally:
        os.waitpid(child, 0)
    return understood(answer, since=since, folder=folder)


def _be_user(uid: int, gid: int, writing: int, tell: Callable[[], bytes]) -> None:
    """The life of the child: it never returns."""
    try:
        system: Any = os  # Windows has none of these names
        alarm: Any = signal
        alarm.alarm(_ENDS)
        system.setgroups([])
        system.setgid(gid)
        system.setuid(uid)  # of root it changes all three, so there is no way back
        with open(writing, "wb") as pipe:
            pipe.write(tell())
    finally:
        os._exit(0)


def _told(folder: str, since: datetime) -> bytes:
    from camcheck.history.store import History
    from camcheck.history.timeline import past

    if not exists(folder):
        return b"null"
    try:
        history = History(folder)
        try:
            found = past(history, since=since)
        finally:
            history.close()
    except HistoryError as error:
        return json.dumps(str(error)).encode()
    sessions = sorted(found.sessions, key=lambda one: one.began)[-_SESSIONS:]
    told = {"sessions": to_plain(tuple(sessions)), "watched": to_plain(found.watched)}
    return json.dumps(told).encode()


def understood(answer: bytes, *, since: datetime, folder: str) -> Past | None:
    """The answer of the child, which may have been anything's. Raises HistoryError."""
    try:
        told = json.loads(answer[:_MOST])
        if told is None:
            return None
        if isinstance(told, str):
            raise HistoryError(told)
        sessions = from_plain(tuple[Session, ...], told["sessions"], where=folder)
        watched = from_plain(tuple[Span, ...], told["watched"], where=folder)
    except (ValueError, RecursionError, TypeError, KeyError, ReportError):
        raise HistoryError(f"The history in {folder} could not be understood.") from None
    return Past(since, since, sessions, (), watched)
