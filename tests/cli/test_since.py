"""Times as people type them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from camcheck.cli.since import moment

HERE = timezone(timedelta(hours=2))
NOW = datetime(2026, 11, 25, 15, 30, tzinfo=HERE)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("today", datetime.fromisoformat("2026-11-25")),
        ("Yesterday", datetime.fromisoformat("2026-11-24")),
        ("monday", datetime.fromisoformat("2026-11-23")),
        ("last Sunday", datetime.fromisoformat("2026-11-22")),
        ("wednesday", datetime.fromisoformat("2026-11-25")),
        ("2026-11-01", datetime.fromisoformat("2026-11-01")),
        ("2026-11-01 18:22", datetime.fromisoformat("2026-11-01 18:22")),
        ("2026-11-01T18:22Z", datetime(2026, 11, 1, 18, 22, tzinfo=UTC)),
        ("7d", NOW - timedelta(days=7)),
        ("2 days", NOW - timedelta(days=2)),
        ("2 days ago", NOW - timedelta(days=2)),
        ("last week", NOW - timedelta(days=7)),
        ("an hour", NOW - timedelta(hours=1)),
        (" 30min ", NOW - timedelta(minutes=30)),
        ("since yesterday", datetime.fromisoformat("2026-11-24")),
    ],
)
def test_what_people_type_is_understood(text, meant):
    """Days begin at midnight where the person is; lengths of time go back from now."""
    found = moment(text, now=NOW)

    assert meant == found
    assert meant.tzinfo is None or found.tzinfo is not None


@pytest.mark.parametrize("text", ["", "soon", "-3h", "9999999d", "999999w", "2026-13-01", "mon"])
def test_what_means_no_time_is_refused(text):
    """Nothing is guessed: a history of the wrong days would be believed."""
    assert moment(text, now=NOW) is None
