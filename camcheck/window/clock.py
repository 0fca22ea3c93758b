"""Times as the person's clock shows them."""

from datetime import datetime, timedelta


def clock(at: datetime) -> str:
    """The time of day."""
    return f"{at.astimezone():%H:%M}"


def moment(at: datetime) -> str:
    """A time with its day, where that is not today."""
    here, today = at.astimezone(), datetime.now().astimezone()
    return clock(at) if here.date() == today.date() else f"{here:%a %d %b %H:%M}"


def midnight(at: datetime, *, days: int = 0) -> datetime:
    """The beginning of a day, some days later; a day of 23 or 25 hours is one as well."""
    here = at.astimezone() + timedelta(days=days)
    return datetime(here.year, here.month, here.day).astimezone()
