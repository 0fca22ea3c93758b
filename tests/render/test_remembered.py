"""What the system has noted by itself is shown everywhere, and never as if camcheck had seen it."""

from datetime import timedelta

import pytest

from camcheck.model import Host
from camcheck.render import details, html, markdown, remembered, view
from tests.builders import WHEN, a_report, a_snapshot, a_use

WINDOWS = Host("windows", "11", "10.0.26100", "AMD64", "pc")
FORMS = {"details": details.render, "html": html.render, "markdown": markdown.render}


def a_windows_report(*uses):
    return a_report(snapshot=a_snapshot(host=WINDOWS, history=uses))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_shows_what_windows_remembers(form):
    """Who, for how long and whose memory it is; none of it where nothing is noted."""
    shown = FORMS[form](a_windows_report(a_use())).replace("\\", "")
    nothing = FORMS[form](a_windows_report())

    assert "Zoom.exe used a camera for 3 min 00 s" in shown
    assert "Windows" in shown
    assert "emember" in shown.replace("href", "")
    assert "ConsentStore" in shown or form == "details"
    assert "used a camera" not in nothing


def test_the_page_marks_it_as_not_seen_by_camcheck():
    """In the timeline it stands among what camcheck saw, so each line says whose it is."""
    (use,) = (one for one in view.timeline(a_windows_report(a_use())) if "Zoom" in one.text)

    assert WHEN == use.at
    assert "remembered by Windows (ConsentStore), not seen by camcheck" in use.text


def test_the_terminal_shows_the_latest_and_says_how_many_there_are():
    """Ten lines are read; hundreds are for the report."""
    uses = [a_use(program=f"C:\\p{n}.exe", began=WHEN + timedelta(hours=n)) for n in range(25)]
    shown = details.render(a_windows_report(*uses))

    assert "p24.exe used" in shown
    assert "p15.exe used" in shown
    assert "p14.exe used" not in shown
    assert "15 earlier ones are in a report" in shown
    assert all(len(line) <= 80 for line in shown.splitlines())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ended": None}, "no end is noted: it was still using it, or it crashed (user bob)"),
        ({"ended": WHEN - timedelta(days=1)}, "Zoom.exe used a camera (user bob)"),
        ({"program": "us.zoom.xos", "user": None}, "us.zoom.xos used a camera for 3 min 00 s"),
        ({"program": "C:\\dir\\"}, "C:\\dir\\ used a camera"),
        ({"camera": "usb:1:2"}, "used usb:1:2 for"),
    ],
    ids=["open", "impossible", "application", "no file", "camera"],
)
def test_a_use_is_told_as_it_is_noted(change, words):
    """No end is invented, no length of an impossible one is counted."""
    assert words in remembered.sentence(a_use(**change))


def test_hostile_notes_stay_text():
    """A program's path is chosen by who made the program."""
    shown = details.render(
        a_windows_report(a_use(program="C:\\\x1b[2J\n<b>.exe", user="\u202ebob"))
    )
    page = html.render(a_windows_report(a_use(program="<script>x</script>.exe")))

    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "<script>x" not in page


def test_only_uses_of_the_time_and_camera_in_question_are_kept():
    """What ended before is left out; what has no end, or names no camera, may be meant."""
    old = a_use(began=WHEN - timedelta(days=9), ended=WHEN - timedelta(days=8))
    unended = old._replace(ended=None)
    other = a_use(camera="usb:other")
    kept = remembered.within((old, unended, other, a_use()), since=WHEN, camera="usb:mine")

    assert (unended, a_use()) == kept
    assert (unended, other, a_use()) == remembered.within(
        (old, unended, other, a_use()), since=WHEN
    )
