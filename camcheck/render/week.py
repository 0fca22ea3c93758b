"""The last seven days of camera use as a picture: who used which camera, and when nobody watched.

Units of the picture are pixels. Everything is in words as well; the work grows with the number of
sessions and spans, as a report can come from a stranger.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from camcheck.answer.naming import name_of
from camcheck.answer.sentences import say
from camcheck.duration import duration
from camcheck.fact import NamedTuple
from camcheck.findings import Report, Session, Severity, Span
from camcheck.render.picture import WIDTH, fitted
from camcheck.render.words import minute

DAYS = 7
_COLUMNS = 200  # 50 minutes each
_STEP = WIDTH // _COLUMNS
_WEEK = DAYS * 86_400.0
_ROWS, _SESSIONS, _NAMED = 8, 40, 3
_ROW = 46


class Mark(NamedTuple):
    """A stretch of a row; ``odd``: something was found in it that nobody has answered."""

    x: int
    width: int
    odd: bool


class Row(NamedTuple):
    """One program on one camera. ``note`` says in words what the marks say."""

    label: str
    note: str
    marks: tuple[Mark, ...]
    y: int


class Line(NamedTuple):
    """One use, for the list."""

    when: str
    text: str
    judged: str | None


class Week(NamedTuple):
    """``unwatched`` are stretches (x, width) in which nobody watched, ``blind`` says so in words;
    ``days`` are midnights (x) with their dates. ``more`` rows and ``earlier`` uses are not shown.
    """

    rows: tuple[Row, ...]
    unwatched: tuple[tuple[int, int], ...]
    blind: str
    days: tuple[tuple[int, str], ...]
    lines: tuple[Line, ...]
    more: int
    earlier: int
    height: int

    @property
    def text(self) -> str:
        """What the picture shows, for somebody who does not see it."""
        told = [f"{row.label}: {row.note}." for row in self.rows] or ["Nobody was seen."]
        return " ".join([*told, self.blind])


def week(report: Report) -> Week | None:
    """The picture of the seven days before the scan; None when no monitor ever watched in them."""
    until = report.snapshot.finished_at
    spans = list(_watched(report.watched, until=until))
    sessions = [one for one in report.past if _share(one.ended or until, until=until) > 0]
    if not spans and not sessions:
        return None
    groups: dict[tuple[str, str], list[Session]] = {}
    for session in sessions:
        groups.setdefault((session.camera_name, _who(session)), []).append(session)
    order = sorted(groups.items(), key=lambda item: (-_rank(item[1]), item[0]))
    rows = [
        _row(camera, who, mine, until=until, y=index * _ROW)
        for index, ((camera, who), mine) in enumerate(order[:_ROWS])
    ]
    latest = sorted(sessions, key=lambda one: (_odd(one), one.began))[-_SESSIONS:]
    return Week(
        tuple(rows),
        tuple(_dark(spans)),
        _blind(spans, until=until),
        tuple(_days(until)),
        tuple(_line(one) for one in sorted(latest, key=lambda one: one.began)),
        max(0, len(order) - _ROWS),
        len(sessions) - len(latest),
        _ROW * max(1, len(rows)),
    )


def _who(session: Session) -> str:
    return name_of(session.process) if session.process else say("name.unseen")


def _odd(session: Session) -> bool:
    return _judged(session) is not None and not session.answered


def _judged(session: Session) -> Severity | None:
    worst = session.worst
    return worst if worst is not None and worst.rank else None


def _rank(sessions: Iterable[Session]) -> int:
    return max(one.worst.rank if one.worst and _odd(one) else 0 for one in sessions)


def _share(time: datetime, *, until: datetime) -> float:
    """How far into the seven days: 0 at their beginning, 1 at their end."""
    return 1 + (time - until).total_seconds() / _WEEK


def _watched(spans: Iterable[Span], *, until: datetime) -> Iterator[tuple[float, float]]:
    """The times of the monitor as shares, joined where they touch, in order."""
    shares = sorted(
        (max(0.0, _share(began, until=until)), min(1.0, _share(ended, until=until)))
        for began, ended in spans
    )
    last: tuple[float, float] | None = None
    for began, ended in shares:
        if ended <= began:
            continue
        if last is not None and began <= last[1]:
            last = (last[0], max(last[1], ended))
            continue
        if last is not None:
            yield last
        last = (began, ended)
    if last is not None:
        yield last


def _dark(spans: list[tuple[float, float]]) -> Iterator[tuple[int, int]]:
    """Stretches whose columns were watched for less than half of their time."""
    seen = [0.0] * (_COLUMNS + 1)
    whole = [0] * (_COLUMNS + 1)
    for began, ended in spans:
        first, last = int(began * _COLUMNS), min(int(ended * _COLUMNS), _COLUMNS - 1)
        if first == last:
            seen[first] += (ended - began) * _COLUMNS
            continue
        seen[first] += first + 1 - began * _COLUMNS
        seen[last] += ended * _COLUMNS - last
        whole[first + 1] += 1
        whole[last] -= 1
    watched = [share + full >= 0.5 for share, full in zip(seen, accumulate(whole), strict=True)][
        :_COLUMNS
    ]
    yield from _runs([not one for one in watched])


def _runs(columns: list[bool]) -> Iterator[tuple[int, int]]:
    """Where columns that are true begin, and how wide they are together, in pixels."""
    start = None
    for column, is_on in enumerate([*columns, False]):
        if is_on and start is None:
            start = column
        elif not is_on and start is not None:
            yield start * _STEP, (column - start) * _STEP
            start = None


def _blind(spans: list[tuple[float, float]], *, until: datetime) -> str:
    """When nobody watched, in words: the longest times, and all the others as one."""
    edges = [0.0, *(edge for span in spans for edge in span), 1.0]
    gaps = [
        (began, ended)
        for began, ended in zip(edges[::2], edges[1::2], strict=True)
        if (ended - began) * _WEEK >= 60
    ]
    if not gaps:
        return "A monitor watched all the time."
    if not spans:
        return "No monitor watched in these days: nothing is known of the rest of the time."
    longest = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:_NAMED])
    named = [_stretch(*(_time(edge, until=until) for edge in gap)) for gap in longest]
    rest = sum(ended - began for began, ended in gaps) - sum(b - a for a, b in longest)
    if len(gaps) > len(longest):
        named.append(f"{len(gaps) - len(longest)} shorter times ({duration(rest * _WEEK)} in all)")
    return f"Nobody watched, so nothing is known: {'; '.join(named)} (UTC)."


def _stretch(began: datetime, ended: datetime) -> str:
    same = began.date() == ended.date()
    return f"{began:%d %b %H:%M} to {ended:{'%H:%M' if same else '%d %b %H:%M'}}"


def _time(share: float, *, until: datetime) -> datetime:
    return until + timedelta(seconds=(share - 1) * _WEEK)


def _days(until: datetime) -> Iterator[tuple[int, str]]:
    midnight = until.replace(hour=0, minute=0, second=0, microsecond=0)
    for back in reversed(range(DAYS)):
        day = midnight - timedelta(days=back)
        yield round(_share(day, until=until) * WIDTH), f"{day:%d %b}"


def _row(camera: str, who: str, sessions: list[Session], *, until: datetime, y: int) -> Row:
    marks = [Mark(x, width, odd=False) for x, width in _columns(sessions, until=until)]
    odd = [one for one in sessions if _odd(one)]
    marks += [Mark(x, width, odd=True) for x, width in _columns(odd, until=until)]
    note = "used once" if len(sessions) == 1 else f"used {len(sessions)} times"
    if odd:
        worst = max((one.worst for one in odd if one.worst), key=lambda one: one.rank)
        note += f", {worst.value.upper()}: needs a look"
    elif any(_judged(one) for one in sessions):
        note += ", you said that it was you"
    return Row(fitted(f"{who} · {camera}", columns=48), note, tuple(marks), y)


def _columns(sessions: Iterable[Session], *, until: datetime) -> Iterator[tuple[int, int]]:
    steps = [0] * (_COLUMNS + 1)
    for session in sessions:
        began = max(0.0, _share(session.began, until=until))
        ended = min(1.0, _share(session.ended or until, until=until))
        if began > ended:
            continue
        first = min(int(began * _COLUMNS), _COLUMNS - 1)
        steps[first] += 1
        steps[min(max(int(ended * _COLUMNS), first), _COLUMNS - 1) + 1] -= 1
    yield from _runs([used > 0 for used in accumulate(steps)][:_COLUMNS])


def _line(session: Session) -> Line:
    length = (
        "still in use"
        if session.ended is None
        else f"for {duration(max(0.0, (session.ended - session.began).total_seconds()))}"
    )
    text = f"{_who(session)} used {session.camera_name}, {length}"
    judged = _judged(session)
    if judged is None:
        return Line(minute(session.began), text, None)
    titles = "; ".join(one.title for one in session.findings if one.severity.rank)
    answered = " You have said that it was you." if session.answered else ""
    return Line(minute(session.began), text, f"{judged.value.upper()}: {titles}.{answered}")
