"""The history as reports and `camcheck history` use it."""

from datetime import UTC, datetime

from camcheck.duration import duration
from camcheck.findings import Past, Span
from camcheck.history.store import History
from camcheck.model import Moment
from camcheck.program import program_name

DAYS = 30
"""How far back the timeline of a report goes."""
RECENT = 7
"""Days of the past that belong to the answer, until the user has answered for them."""


def past(history: History, *, since: datetime, camera: str | None = None) -> Past:
    """What the history holds from ``since`` until now; of one camera, by id or part of its name."""
    answered = history.answered()
    sessions = [
        stored.session._replace(answered=stored.id in answered)
        for stored in history.sessions(since=since)
    ]
    if camera:
        wanted = camera.casefold()
        sessions = [
            one for one in sessions if camera == one.camera or wanted in one.camera_name.casefold()
        ]
    return Past(
        since,
        datetime.now(UTC),
        tuple(sessions),
        tuple(history.moments(since=since)),
        tuple(Span(run.began, run.seen) for run in history.runs(since=since)),
    )


def moments(found: Past) -> tuple[Moment, ...]:
    """What happened, line by line, for `Report.timeline`."""
    lines = list(found.moments)
    for session in found.sessions:
        who = program_name(session.process)
        lines.append(Moment(session.began, session.camera, f"{who} began to use the camera."))
        if session.ended:
            seconds = (session.ended - session.began).total_seconds()
            text = f"{who} ended its use of the camera after {duration(seconds)}."
            lines.append(Moment(session.ended, session.camera, text))
        elif session.over_by:
            text = f"{who} no longer used the camera; its end was not seen."
            lines.append(Moment(session.over_by, session.camera, text))
        lines += [
            Moment(session.began, session.camera, f"{finding.title}.")
            for finding in session.findings
            if finding.severity.rank
        ]
    return tuple(sorted(lines, key=lambda one: (one.at, one.camera, one.text)))
