"""When a use of a camera is worth a notification, and in which words: rarely, and plainly."""

from typing import NamedTuple

from camcheck.findings import Session, Severity
from camcheck.model import CaptureState
from camcheck.program import program_key, program_name

GLANCE = 0.1
"""Seconds. A shorter use without frames is how programs list cameras: only the history has it."""
QUIET = 120.0
"""Seconds in which the same program on the same camera is not notified again."""


class Message(NamedTuple):
    """A notification. ``urgent`` is for findings that ordinary programs do not cause."""

    title: str
    body: str
    urgent: bool = False


class Notified:
    """Remembers what was notified: a session once, and a grave finding always."""

    def __init__(self) -> None:
        self._known: dict[int, frozenset[str]] = {}
        self._quiet: dict[object, float] = {}

    def message(
        self, session: Session, number: int, *, approved: bool, elapsed: float
    ) -> Message | None:
        """What to say now, or None. ``elapsed`` is any clock that does not go back."""
        grave = frozenset(
            one.fingerprint for one in session.findings if one.severity.rank >= Severity.HIGH.rank
        )
        known = self._known.get(number)
        if grave - (known or frozenset()):
            self._known[number] = grave
            return _grave(session)
        if known is not None or approved or _is_glance(session):
            return None
        place = session.camera, program_key(session.process)
        quiet_until = self._quiet.get(place, 0.0)
        self._known[number] = grave
        if elapsed < quiet_until:
            return None
        self._quiet = {place: until for place, until in self._quiet.items() if until > elapsed}
        self._quiet[place] = elapsed + QUIET
        return _plain(session)

    def forget(self, number: int) -> None:
        """The session has ended."""
        self._known.pop(number, None)


def _is_glance(session: Session) -> bool:
    """Too short to film, as far as can be seen; a use that goes on is none."""
    if session.ended is None or session.capture is CaptureState.ACTIVE:
        return False
    return (session.ended - session.began).total_seconds() < GLANCE


def _plain(session: Session) -> Message:
    program = program_name(session.process)
    films = session.capture is CaptureState.ACTIVE
    title = f"{program} {'is filming' if films else 'has opened the camera'}"
    body = [f"{session.camera_name}, since {session.began.astimezone():%H:%M:%S}."]
    if session.over_by is not None:
        title = f"{program} used the camera"
        body = [f"{session.camera_name}; when it ended was not seen."]
    elif session.ended is not None:
        title = f"{program} used the camera"
        seconds = (session.ended - session.began).total_seconds()
        body = [f"{session.camera_name}, for {seconds:.1f} seconds."]
    if session.process and session.process.user:
        body.append(f"User {session.process.user}.")
    if session.suspects:
        body.append(f"It may have been {' or '.join(session.suspects)}.")
    body += [f"{finding.title}." for finding in session.findings if finding.severity.rank > 0][:2]
    body.append("If you do not expect this: camcheck history tells more.")
    return Message(title, " ".join(body))


def _grave(session: Session) -> Message:
    worst = max(session.findings, key=lambda finding: finding.severity.rank)
    body = [
        f"{program_name(session.process)} on {session.camera_name}.",
        *worst.remediation[:1],
        "More: camcheck history, camcheck scan.",
    ]
    return Message(worst.title, " ".join(body), urgent=True)
