"""The history of camera use for a person at a terminal: a picture of time, then every use.

The picture is plain letters, and the list below says the same, so a screen reader loses nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from camcheck.duration import duration
from camcheck.findings import Past, Session
from camcheck.model import CaptureState, Moment
from camcheck.printable import printable
from camcheck.render import remembered
from camcheck.render.lines import NARROWEST, WIDTH, wrapped

_NAME, _SHORT_NAME = 18, 10  # columns for the name of a camera, in 80 columns and in few
_FEW = 60
_UNKNOWN, _QUIET, _USED, _ODD = "?", ".", "=", "!"
LEGEND = "= in use   ! in use, something to look at   . not used   ? nobody watched"


def render(past: Past, *, width: int = WIDTH) -> str:
    """Picture and list, for a terminal of ``width`` columns."""
    width = max(width, NARROWEST)
    lines = _fitted([f"Use of cameras from {_when(past.since)} to {_when(past.until)}"], width)
    lines.append("")
    if not past.watched:
        nothing = "it knows nothing" if past.remembered_by else "nothing is known"
        lines += _fitted([f"No monitor watched in this time, so {nothing} about it."], width)
    else:
        lines += [*_picture(past, width), "", *_fitted([LEGEND], width), ""]
        lines += _fitted(_list(past), width)
    if past.remembered_by:
        lines += ["", *_fitted(_remembered(past), width)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _fitted(lines: Iterable[str], width: int) -> list[str]:
    """Lines in rows of the terminal; what goes on stands a little to the right."""
    rows: list[str] = []
    for line in lines:
        text = line.lstrip(" ")
        rows += wrapped(text, indent=len(line) - len(text), hang=2, width=width)
    return rows


def _picture(past: Past, width: int) -> Iterator[str]:
    room = _NAME if width > _FEW else _SHORT_NAME
    columns = min(width, WIDTH) - 2 - room - 1
    yield " " * (room + 1) + _axis(past, columns)
    cameras = dict.fromkeys(session.camera_name for session in past.sessions) or {
        "all cameras": None
    }
    for camera in cameras:
        mine = [session for session in past.sessions if session.camera_name == camera]
        name = printable(camera, limit=60)[:room]
        yield f"{name:<{room}} {_row(past, mine, columns)}"


def _axis(past: Past, columns: int) -> str:
    """Times at some places of the row; days when it is longer than two."""
    span = past.until - past.since
    form = "%H:%M" if span <= timedelta(days=2) else "%d %b"
    text = [" "] * columns
    parts = max(min(columns // 12, 4), 1)
    for part in range(parts + 1):
        label = f"{(past.since + span * part / parts).astimezone():{form}}"
        start = max(min(round(columns * part / parts), columns - len(label)), 0)
        text[start : start + len(label)] = label
    return "".join(text).rstrip()


def _row(past: Past, sessions: list[Session], columns: int) -> str:
    step = (past.until - past.since) / columns
    row = []
    for column in range(columns):
        start, end = past.since + step * column, past.since + step * (column + 1)
        used = [one for one in sessions if one.began < end and (one.over or past.until) >= start]
        if any(one.worst is not None and one.worst.rank for one in used):
            row.append(_ODD)
        elif used:
            row.append(_USED)
        else:
            watched = any(began < end and seen >= start for began, seen in past.watched)
            row.append(_QUIET if watched else _UNKNOWN)
    return "".join(row)


def _remembered(past: Past) -> Iterator[str]:
    """What the system has noted by itself, and what of that could not be read."""
    name = remembered.system_name(past.remembered_by)
    yield f"Remembered by {name}, not seen by camcheck. {remembered.limits(past.remembered_by)}"
    for use in past.remembered:
        yield f"{_when(use.began)}  {printable(remembered.sentence(use), limit=400)}"
        yield f"    {printable(f'{use.program}, from {remembered.origin(use)}', limit=400)}"
    if not past.remembered:
        yield f"{name} has noted no use in this time."
    for gap in past.gaps:
        yield printable(f"Could not be read: {gap.subject}: {gap.detail}", limit=600)


def _list(past: Past) -> Iterator[str]:
    events: list[tuple[datetime, list[str]]] = []
    events += [(session.began, list(_session(session))) for session in past.sessions]
    events += [
        (moment.at, [f"{_when(moment.at)}  {printable(_told(moment), limit=300)}"])
        for moment in past.moments
    ]
    if not past.sessions:
        yield "No use of a camera was seen."
    for _, lines in sorted(events, key=lambda event: event[0]):
        yield from lines


def _session(session: Session) -> Iterator[str]:
    process = session.process
    parts = [_name(session), f"on {session.camera_name}", _length(session)]
    if session.capture is CaptureState.ACTIVE:
        parts.append("it filmed")
    elif session.capture is CaptureState.INACTIVE:
        parts.append("it was not seen to film")
    yield f"{_when(session.began)}  {printable(', '.join(parts), limit=400)}"
    if process is not None:
        who = [f"process {process.pid}", f"user {process.user}" if process.user else ""]
        who += [process.exe or "program file not known"]
        who += [f"{session.processes} processes" if session.processes > 1 else ""]
        who += [f"at least {session.openings} openings" if session.openings > 1 else ""]
        yield "    " + printable(", ".join(filter(None, who)), limit=400)
    if session.suspects:
        yield "    " + printable(f"It may have been: {', '.join(session.suspects)}", limit=400)
    if session.away:
        yield f"    At that time: {printable(', '.join(session.away), limit=200)}"
    for finding in session.findings:
        if finding.severity.rank:
            label = f"[{finding.severity.value.upper()}]"
            yield f"    {label} {printable(finding.title, limit=300)}"
    if session.began_by:
        yield f"    It began by {_when(session.began_by)} and not before the time above."
    if session.over_by:
        seen = f"seen until {_when(session.seen_until)}, " if session.seen_until else ""
        yield f"    It was {seen}over by {_when(session.over_by)}."
    if session.note:
        yield f"    {printable(session.note, limit=300)}"


def _told(moment: Moment) -> str:
    until = f"until {moment.until.astimezone():%H:%M:%S}: " if moment.until else ""
    return f"{until}{moment.text}"


def _name(session: Session) -> str:
    process = session.process
    if process is None:
        return "A program that could not be named"
    path = (process.exe or process.name).replace("\\", "/")
    return path.rpartition("/")[2] or process.name


def _length(session: Session) -> str:
    if session.ended is None and session.over_by is None:
        return "still in use"
    if session.ended is None:
        return "its end was not seen"
    return f"for {duration((session.ended - session.began).total_seconds())}"


def _when(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S}"
