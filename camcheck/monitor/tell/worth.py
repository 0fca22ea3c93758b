"""When a use of a camera is worth a notification, and in which words: rarely, and plainly."""

from camcheck.answer import Kind
from camcheck.answer.judge import headline, slots_of
from camcheck.answer.sentences import say
from camcheck.answer.stories import of_session
from camcheck.fact import NamedTuple
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
    slots = _slots(session)
    if session.over_by is not None:
        title, body = say("notify.used", **slots), [say("notify.no-end")]
    elif session.ended is not None:
        seconds = (session.ended - session.began).total_seconds()
        title, body = say("notify.used", **slots), [say("notify.long", time=f"{seconds:.1f}")]
    else:
        films = session.capture is CaptureState.ACTIVE
        title = say("notify.films" if films else "notify.open", **slots)
        body = [say("notify.since", time=f"{session.began.astimezone():%H:%M:%S}")]
    if session.process and session.process.user:
        body.append(say("who.another", user=session.process.user))
    if session.suspects:
        body.append(say("notify.suspects", programs=", ".join(session.suspects)))
    body += [f"{finding.title}." for finding in session.findings if finding.severity.rank > 0][:2]
    body.append(say("notify.unexpected"))
    return Message(title, " ".join(body))


def _grave(session: Session) -> Message:
    """The sentence that a scan would have on top, why, and the first thing to do."""
    story = of_session(session)
    title = say(headline(Kind.ALARM, story), **slots_of(story))
    body = [*story.reasons[:1], *story.steps[:1], say("notify.more")]
    return Message(title, " ".join(body), urgent=True)


def _slots(session: Session) -> dict[str, str]:
    return {"program": program_name(session.process), "camera": session.camera_name}
