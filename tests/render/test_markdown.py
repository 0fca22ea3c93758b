"""The ticket form: the same facts, and no text that becomes markup."""

import re

from hypothesis import given, settings

from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.render.markdown import render
from tests.browser.situations import alarm, call
from tests.report.sample import a_finding, a_report, an_incomplete_report
from tests.report.strategies import reports


def test_the_ticket_holds_what_the_technician_needs():
    """Answer, stories, findings, cameras, programs with hashes, gaps, digest; in this order."""
    text = render(a_report()).replace("\\", "")
    parts = (
        card(answer(a_report())).sentence,
        "## fontd (HIGH)",
        "What to do, in this order:",
        "For the person who helps:",
        "SHA-256 of the file: 9f86d081",
        "## The last seven days",
        "## high: A program watches the camera",
        "HD Webcam C270",
        "No monitor runs on this machine.",
        "Digest of the report's data: ",
    )
    places = [text.find(part) for part in parts]

    assert -1 not in places
    assert [text.index(part) for part in parts[:7:2]] == sorted(places[:7:2])


def test_information_excuses_nothing_in_a_story_that_matters():
    """Of a spy that has the camera open, no video call is named as its cause."""
    assert "a browser tab with a call" not in render(alarm())
    assert "a browser tab with a call" in render(call())


def test_what_could_not_be_looked_at_is_in_the_ticket():
    """A ticket that forgets the gaps would say too much."""
    assert "could not be read" in render(an_incomplete_report())


@settings(max_examples=60, deadline=None)
@given(reports())
def test_nothing_in_any_field_acts(report):
    """No control character, no line of its own, no HTML."""
    text = render(report)

    assert [] == [char for char in set(text) - {"\n"} if not char.isprintable()]
    assert not re.search(r"(?<!\\)[<>\[\]`]", text)


def test_links_images_and_markup_are_escaped():
    """Neither a picture that phones home nor a heading of its own."""
    title = "![x](http://192.0.2.1/p) <img src=x> **bold** # head @all http://192.0.2.1"
    text = render(a_report(findings=(a_finding(title=title),)))

    assert "\\!\\[x\\]\\(http\\:\\/\\/192\\.0\\.2\\.1\\/p\\) \\<img src\\=x\\>" in text
    assert "http://" not in text.replace("https\\:", "")
