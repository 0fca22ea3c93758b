"""The history at a terminal: within its width, and paths that can be copied."""

from datetime import UTC, datetime, timedelta

import pytest

from camcheck.findings import Past, Span
from camcheck.model import Moment
from camcheck.render.history import render
from tests.monitor.build import a_finding, a_process, a_session

NOW = datetime(2026, 11, 25, 15, 30, tzinfo=UTC)
LONG = "/opt/" + "x" * 100 + "/program"


def past(days=1):
    began = NOW - timedelta(hours=5)
    session = a_session(
        process=a_process(exe=LONG),
        began=began,
        ended=began + timedelta(hours=1),
        findings=(a_finding(),),
        away=("screen locked",),
    )
    since = NOW - timedelta(days=days)
    moments = (Moment(began, session.camera, "A camera was plugged in, and " + "said so " * 20),)
    return Past(since, NOW, (session,), moments, (Span(since, NOW),))


@pytest.mark.parametrize("width", [20, 40, 60, 80, 200])
@pytest.mark.parametrize("days", [1, 30])
def test_it_fits_the_terminal(width, days):
    """Any width; only a word that is longer than a line (a path) goes beyond."""
    lines = render(past(days), width=width).splitlines()

    assert [] == [line for line in lines if len(line) > width and len(line.split()) > 1]


@pytest.mark.parametrize("width", [40, 80])
def test_a_long_path_stays_whole(width):
    """It can be copied from the screen."""
    assert LONG in render(past(), width=width)


def test_a_narrow_picture_says_what_a_wide_one_says():
    """Use, what is odd about it, and the times below which it stands."""
    axis, row = render(past(), width=40).splitlines()[3:5]

    assert axis.split()[0] == axis.split()[-1]
    assert row.startswith("HD Webcam  ")
    assert {".", "!"} == set(row.removeprefix("HD Webcam  "))
