"""The picture of seven days: who, when, what was odd, and above all when nobody watched."""

from datetime import timedelta

import pytest

from camcheck.findings import Session, Severity, Span
from camcheck.render.week import week
from tests.report.sample import CAMERA, WHEN, a_finding, a_process, a_report

UNTIL = a_report().snapshot.finished_at
DAY = timedelta(days=1)
ALWAYS = (Span(UNTIL - 8 * DAY, UNTIL),)


def a_session(began, ended, **changes):
    session = Session(CAMERA, "Webcam", UNTIL + began, ended and UNTIL + ended, a_process())
    return session._replace(**changes)


def a_week(*sessions, watched=ALWAYS):
    return week(a_report(past=sessions, watched=watched))


def test_a_use_is_where_it_was_in_time():
    """A day and a half ago, for half a day: its place and its width say so."""
    (row,) = a_week(a_session(-1.5 * DAY, -DAY)).rows

    assert "fontd · Webcam" == row.label
    assert "used once" == row.note
    assert [(314, 30, False)] == [tuple(mark) for mark in row.marks]


def test_what_is_odd_is_marked_until_it_is_answered():
    """By a mark of its own and a word; what the user has answered keeps the word for that."""
    odd = a_session(-DAY, -0.5 * DAY, findings=(a_finding(severity=Severity.MEDIUM),))
    (row,) = a_week(odd).rows
    (seen,) = a_week(odd._replace(answered=True)).rows

    assert [False, True] == [mark.odd for mark in row.marks]
    assert "used once, MEDIUM: needs a look" == row.note
    assert [False] == [mark.odd for mark in seen.marks]
    assert "used once, you said that it was you" == seen.note


def test_information_is_not_odd():
    """A call is a call."""
    (row,) = a_week(a_session(-DAY, None, findings=(a_finding(severity=Severity.INFO),))).rows

    assert [False] == [mark.odd for mark in row.marks]


@pytest.mark.parametrize(
    ("watched", "drawn", "said"),
    [
        (ALWAYS, (), "watched all the time"),
        ((), ((0, 400),), "No monitor watched"),
        ((Span(UNTIL - 3.5 * DAY, UNTIL),), ((0, 200),), "25 Feb 18:22 to 01 Mar 06:22"),
        ((Span(UNTIL - 8 * DAY, UNTIL - 3.5 * DAY),), ((200, 200),), "to 04 Mar 18:22"),
        (
            (Span(UNTIL - 8 * DAY, UNTIL - 7 * DAY + timedelta(hours=3)), Span(UNTIL - DAY, UNTIL)),
            ((8, 334),),
            "Nobody watched",
        ),
    ],
    ids=["always", "never", "late", "early", "middle"],
)
def test_when_nobody_watched_is_drawn_and_named(watched, drawn, said):
    """It is no quiet time."""
    seen = a_week(a_session(-DAY, None), watched=watched)

    assert drawn == seen.unwatched
    assert said in seen.blind
    assert seen.blind in seen.text


def test_watching_for_a_minute_now_and_then_is_not_watching():
    """Ten minutes of every hour leave the day hatched."""
    hours = [UNTIL - timedelta(hours=hour) for hour in range(1, 169)]
    seen = a_week(watched=tuple(Span(at, at + timedelta(minutes=10)) for at in hours))

    assert sum(wide for _, wide in seen.unwatched) > 320
    assert "165 shorter times" in seen.blind


def test_overlapping_watches_are_one():
    """Two monitors, or one after another, leave no gap where there is none."""
    spans = (Span(UNTIL - 8 * DAY, UNTIL - 2 * DAY), Span(UNTIL - 5 * DAY, UNTIL))

    assert () == a_week(watched=spans).unwatched


def test_days_without_a_monitor_have_no_picture():
    """An empty picture would look like a quiet week."""
    assert week(a_report()) is None
    assert week(a_report(watched=(Span(UNTIL - 30 * DAY, UNTIL - 20 * DAY),))) is None


def test_what_was_before_or_is_to_come_is_not_drawn():
    """A use of another week, and what a forged report has of the future."""
    seen = a_week(a_session(-9 * DAY, -8 * DAY), a_session(DAY, 2 * DAY))

    assert all(not row.marks for row in seen.rows)


def test_the_odd_ones_are_kept_where_there_are_too_many():
    """Rows and lines are few; what alarms is among them, and the rest is counted."""
    calls = [
        a_session(-DAY, -DAY / 2, process=a_process(name=f"p{n}", exe=f"/p{n}")) for n in range(60)
    ]
    odd = a_session(-6 * DAY, -5 * DAY, findings=(a_finding(),))
    seen = a_week(*calls, odd)

    assert "fontd" in seen.rows[0].label
    assert (8, 53) == (len(seen.rows), seen.more)
    assert (40, 21) == (len(seen.lines), seen.earlier)
    assert seen.lines[0].judged.startswith("HIGH: A program watches")


def test_who_was_not_found_is_still_somebody():
    """A session without a program has a row of its own."""
    (row,) = a_week(a_session(-DAY, None, process=None)).rows

    assert row.label.startswith("somebody unseen")
    assert WHEN < UNTIL
