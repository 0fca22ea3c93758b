"""The page, as text: nothing gets in that was not made visible and escaped."""

import re

import pytest
from hypothesis import given, settings

from camcheck.render import html
from camcheck.render.html import CLOSING, OPENING
from tests.report.sample import a_camera, a_clear_report, a_report, a_snapshot
from tests.report.strategies import reports


@settings(max_examples=60, deadline=None)
@given(reports())
def test_no_text_acts_breaks_out_or_hides(report):
    """Every character of the page is printable, and the data is the only script element."""
    page = html.render(report)

    assert [] == [char for char in set(page) - {"\n"} if not char.isprintable()]
    assert (1, 1) == (page.count("<script"), page.count(CLOSING))
    assert not set("<>&") & set(page.partition(OPENING)[2].partition(CLOSING)[0])


def test_the_same_report_gives_the_same_page():
    """Or else a page could not be verified."""
    assert html.render(a_report()) == html.render(a_report())


def test_the_policy_allows_nothing_but_the_style_sheet():
    """No source of anything, and no inline style either."""
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html.render(a_report()))[1]

    assert policy.startswith("default-src &#39;none&#39;; style-src &#39;sha256-")
    assert "unsafe" not in policy


def test_the_verdict_comes_first_and_gaps_are_not_forgotten():
    """What a frightened person reads first is the answer; the word "safe" is never printed."""
    page = html.render(a_report())
    text = re.sub(r"<[^>]*>", " ", page.partition(OPENING)[0].partition("</style>")[2])

    assert text.index("One thing needs your attention") < text.index("Findings")
    assert "The power state of the infrared camera could not be read." in text
    assert not re.search(r"\bsafe\b", text, re.IGNORECASE)


def test_a_clear_report_says_what_it_cannot_know():
    """Nothing found is an answer for a moment, no promise."""
    page = html.render(a_clear_report())

    assert "Nothing suspicious was found, and everything could be looked at." in page
    assert "This is the answer for one moment." in page


def test_no_camera_is_not_passed_over():
    """A computer without a camera gets a sentence, and no empty place."""
    page = html.render(a_report(snapshot=a_snapshot(cameras=(), holders=())))

    assert "No camera was seen." in page


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a\u202eb", "a\\u202eb"),
        ("x" * 9000, "characters left out"),
    ],
)
def test_names_are_shown_as_they_are(name, shown):
    """Escaped, visible, and cut where they are endless."""
    page = html.render(a_report(snapshot=a_snapshot(cameras=(a_camera(name=name),))))

    assert shown in page.partition(OPENING)[0]
