"""The history as reports and `camcheck history` use it."""

import os
from datetime import UTC, datetime, timedelta

from camcheck.history.program import program_name
from camcheck.history.store import FILE, History
from camcheck.model import Moment
from camcheck.render.history import Past, duration

DAYS = 30
"""How far back a report goes."""


def past(history: History, *, since: datetime, camera: str | None = None) -> Past:
    """What the history holds from ``since`` until now; of one camera, by id or part of its name."""
    sessions = [stored.session for stored in history.sessions(since=since)]
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
        tuple((run.began, run.seen) for run in history.runs(since=since)),
    )


def timeline(folder: str, *, days: int = DAYS) -> tuple[Moment, ...]:
    """The history of a folder for `Report.timeline`; nothing where no monitor ever ran.

    Raises HistoryError when there is a history that cannot be read.
    """
    if not os.path.exists(os.path.join(folder, FILE)):
        return ()
    history = History(folder)
    try:
        found = past(history, since=datetime.now(UTC) - timedelta(days=days))
    finally:
        history.close()
    moments = list(found.moments)
    for session in found.sessions:
        who = program_name(session.process)
        moments.append(Moment(session.began, session.camera, f"{who} began to use the camera."))
        if session.ended:
            seconds = (session.ended - session.began).total_seconds()
            text = f"{who} ended its use of the camera after {duration(seconds)}."
            moments.append(Moment(session.ended, session.camera, text))
        moments += [
            Moment(session.began, session.camera, f"{finding.title}.")
            for finding in session.findings
            if finding.severity.rank
        ]
    return tuple(sorted(moments))
