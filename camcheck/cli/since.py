"""A moment of the past, as people type it."""

import re
from datetime import UTC, datetime, timedelta

import click

HELP = "yesterday, today, monday, 7d, “2 days”, 2026-11-01"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {
    "m": 60,
    "min": 60,
    "mins": 60,
    "minute": 60,
    "minutes": 60,
    "h": 3600,
    "hour": 3600,
    "hours": 3600,
    "d": 86_400,
    "day": 86_400,
    "days": 86_400,
    "w": 604_800,
    "week": 604_800,
    "weeks": 604_800,
    "month": 2_678_400,
    "months": 2_678_400,
}
_LENGTH = re.compile(r"(?:last )?(\d{1,6}|an?|one)? ?([a-z]+)(?: ago)?")
"""A number and a unit, "last week", "an hour ago"."""
_FARTHEST = timedelta(days=20_000)


def moment(text: str, *, now: datetime) -> datetime | None:
    """The moment that ``text`` means; None when it means none. A day begins at midnight.

    ``now`` is aware and in the time of the person. Days and dates are in her time too, and come
    back without an offset, which only the day itself has (clocks are changed twice a year).
    """
    words = " ".join(text.casefold().split()).removeprefix("since ")
    day = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    match words:
        case "now":
            return now
        case "today" | "midnight":
            return day
        case "yesterday":
            return day - timedelta(days=1)
    if words.removeprefix("last ") in _DAYS:
        return day - timedelta(days=(now.weekday() - _DAYS.index(words.removeprefix("last "))) % 7)
    length = _LENGTH.fullmatch(words)
    if length and length[2] in _UNITS:
        number = int(length[1]) if (length[1] or "").isdecimal() else 1
        back = timedelta(seconds=number * _UNITS[length[2]])
        return now - back if back < _FARTHEST else None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


class Since(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A moment, as `moment` reads it."""

    name = "time"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        found = moment(value, now=datetime.now().astimezone())
        refused = f"{value!r} is no time that camcheck knows. Try: {HELP}."
        if found is None:
            self.fail(refused, param, ctx)
        try:
            return found.astimezone(UTC)
        except (ValueError, OverflowError):  # the year 1, or 9999
            self.fail(refused, param, ctx)
