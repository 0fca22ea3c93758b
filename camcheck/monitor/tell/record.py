"""Events of the monitor as plain data: for a user's own program, and for the system's journal."""

from typing import Any

from camcheck.duration import duration
from camcheck.findings import Session
from camcheck.program import program_name
from camcheck.serial import to_plain

VERSION = 1


def as_data(what: str, session: Session, number: int) -> dict[str, Any]:
    """``what`` happened to session ``number``; docs/monitor.md describes the fields."""
    return {
        "schema_version": VERSION,
        "event": what,
        "number": number,
        "program": to_plain(program_name(session.process)),
        "severity": session.worst.value if session.worst else None,
        "session": to_plain(session),
    }


def as_sentence(what: str, session: Session) -> str:
    """The same in one line for people."""
    program, camera = program_name(session.process), session.camera_name
    if what == "ended" and session.ended:
        seconds = (session.ended - session.began).total_seconds()
        return f"{program} no longer uses {camera} (used for {duration(seconds)})"
    if what == "ended":
        return f"{program} no longer uses {camera} (its end was not seen)"
    if what == "began":
        who = f" ({user})" if session.process and (user := session.process.user) else ""
        return f"{program}{who} has opened {camera}"
    state = {"active": "films with", "inactive": "has open, without filming,"}
    worst = f" [{session.worst.value}]" if session.worst and session.worst.rank else ""
    return f"{program} {state.get(session.capture.value, 'uses')} {camera}{worst}"
