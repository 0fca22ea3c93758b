"""The read-only door to the history of the service for all users: one file for each user.

The service writes it, and nobody asks it anything: there is no socket, and no word of a user
reaches root. The file belongs to root, and an access control list (acl(5)) lets this one user read
it. It has the user's own sessions, and of others only that, when and with which camera.
"""

import json
import os
import struct
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from camcheck.errors import ReportError
from camcheck.fact import NamedTuple
from camcheck.findings import Session, Span
from camcheck.history.store import History
from camcheck.model import Moment, Process
from camcheck.monitor.clock import Instant
from camcheck.program import program_file
from camcheck.serial import from_plain, to_plain

FOLDER = "/run/camcheck"
"""systemd makes it for the service (RuntimeDirectory=), and takes it away with it."""
DAYS = 7
_MOST = 500  # sessions of a file, the latest
_BYTES = 4 * 1024 * 1024
_OFTEN, _SELDOM = 0.5, 60.0  # seconds between two writings: something changed, nothing did
_OLD = 150.0  # seconds after which nobody writes the file any more
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_ACL = "system.posix_acl_access"
_USER_OBJ, _USER, _GROUP_OBJ, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_READ, _WRITE, _NOBODY = 4, 2, 0xFFFFFFFF


class Others(NamedTuple):
    """Somebody else used a camera, or nobody was found; ``ended`` None: it goes on."""

    camera: str
    camera_name: str
    began: datetime
    ended: datetime | None


class Left(NamedTuple):
    """What the service left for a user ``at`` a time."""

    at: datetime
    sessions: tuple[Session, ...] = ()
    others: tuple[Others, ...] = ()
    watched: tuple[Span, ...] = ()

    def is_old(self) -> bool:
        """Whether the service does not write any more."""
        return abs((datetime.now(UTC) - self.at).total_seconds()) > _OLD


def path_of(uid: int, *, folder: str = FOLDER) -> str:
    """The file of a user."""
    return os.path.join(folder, f"history-{uid}.json")


def read(path: str) -> Left | None:
    """What was left there by root; None when there is nothing, or it is not root's."""
    try:
        descriptor = os.open(path, os.O_RDONLY | _AS_IT_IS)
        with os.fdopen(descriptor, "rb") as file:
            if os.fstat(file.fileno()).st_uid != 0:
                return None
            data = file.read(_BYTES + 1)
        return None if len(data) > _BYTES else from_plain(Left, json.loads(data), where="door")
    except (OSError, ValueError, ReportError):
        return None


class Door:
    """A listener of the service that leaves each user what she may see."""

    def __init__(
        self, history: History, *, users: Callable[[], Iterable[int]], folder: str = FOLDER
    ) -> None:
        self._history, self._users, self._folder = history, users, folder
        since = datetime.now(UTC) - timedelta(days=DAYS)
        self._sessions = {one.id: one.session for one in history.sessions(since=since)}
        self._is_changed, self._last = True, float("-inf")

    def session(self, what: str, session: Session, number: int) -> None:
        self._sessions[number] = session
        self._is_changed = True

    def moment(self, moment: Moment) -> None:
        """What is no use of a camera is not told to users."""

    def tick(self, now: Instant) -> None:
        if now.elapsed - self._last < (_OFTEN if self._is_changed else _SELDOM):
            return
        self._last, self._is_changed = now.elapsed, False
        self._forget(now.wall)
        spans = self._history.runs(since=now.wall - timedelta(days=DAYS))
        watched = tuple(Span(run.began, run.seen) for run in spans)
        for uid in self._users():
            self._write(uid, left_for(uid, self._sessions.values(), at=now.wall, watched=watched))

    def _forget(self, now: datetime) -> None:
        since = now - timedelta(days=DAYS)
        old = [number for number, one in self._sessions.items() if (one.over or now) < since]
        for number in old:
            del self._sessions[number]

    def _write(self, uid: int, left: Left) -> None:
        """Whole or not at all; where it cannot be, the user sees that nobody writes."""
        try:
            os.makedirs(self._folder, mode=0o755, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".door")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(to_plain(left), file, separators=(",", ":"))
                    let_read(file.fileno(), uid)
                os.replace(temporary, path_of(uid, folder=self._folder))
            except OSError:
                os.unlink(temporary)
                raise
        except OSError:
            return


def left_for(
    uid: int, sessions: Iterable[Session], *, at: datetime, watched: tuple[Span, ...]
) -> Left:
    """What this user may see: her own sessions as they are, of all others no name."""
    latest = sorted(sessions, key=lambda one: one.began)[-_MOST:]
    own = tuple(
        _without_others(one, one.process)
        for one in latest
        if one.process is not None and one.process.uid == uid
    )
    others = tuple(
        Others(one.camera, one.camera_name, one.began, one.over)
        for one in latest
        if one.process is None or one.process.uid != uid
    )
    return Left(at, own, others, watched)


def _without_others(session: Session, process: Process) -> Session:
    """A session without what it says of other programs, which may be another person's."""
    names = {process.exe, process.name, program_file(process)}
    findings = tuple(one for one in session.findings if names.issuperset(one.subject.programs))
    return session._replace(findings=findings, suspects=())


def let_read(file: int, uid: int) -> None:
    """Root alone may write the file, and besides root this user alone may read it.

    The list in the form of the kernel (linux/posix_acl_xattr.h): version 2, then tag, permissions
    and id of each entry. To own the file is enough for that; giving it away would need a
    capability that the service does not have.
    """
    entries = (
        (_USER_OBJ, _READ | _WRITE, _NOBODY),
        (_USER, _READ, uid),
        (_GROUP_OBJ, 0, _NOBODY),
        (_MASK, _READ, _NOBODY),
        (_OTHER, 0, _NOBODY),
    )
    packed = struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *one) for one in entries)
    # Only Linux has it, and mypy asks for all three systems.
    os.setxattr(file, _ACL, packed)  # type: ignore[attr-defined,unused-ignore]


def users(run: str = "/run/user") -> list[int]:
    """Who is logged in: the owners of the folders that pam_systemd makes."""
    found = []
    for name in sorted(os.listdir(run)) if os.path.isdir(run) else []:
        try:
            owner = os.lstat(os.path.join(run, name)).st_uid
        except OSError:
            continue
        if name.isdecimal() and owner == int(name) and owner:
            found.append(owner)
    return found
