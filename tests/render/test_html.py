"""The page, as text: nothing gets in that was not made visible and escaped."""

import re
import time
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given, settings

from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.findings import Session, Span, Subject
from camcheck.model import Connection, DriverReferences, Holder, PersistenceEntry, Via
from camcheck.render import html, markdown, told, view, week
from camcheck.render.html import CLOSING, OPENING
from tests.browser.situations import alarm, call, idle, past
from tests.report.sample import (
    CAMERA,
    WHEN,
    a_camera,
    a_finding,
    a_process,
    a_report,
    a_snapshot,
)
from tests.report.strategies import reports
from tests.systems import of_unix


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


def read(report):
    """What a reader sees of the page, from top to bottom, folded parts as well."""
    page = html.render(report).partition(OPENING)[0].partition("</style>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_the_answer_comes_first_then_who_then_the_past_then_what_a_helper_needs():
    """What a frightened person reads first is the answer; the word "safe" is never printed."""
    text = read(alarm())
    order = [
        card(answer(alarm())).sentence,
        "Who, and what to do",
        "What to do, in this order Cover the camera.",
        "What can be harmless about it",
        "The last seven days",
        "For the person who helps you",
        "Everything else",
        "What could not be looked at: 1",
    ]

    assert sorted(order, key=text.index) == order
    assert not re.search(r"\bsafe\b", text, re.IGNORECASE)


def test_the_helper_gets_ten_lines_of_a_program():
    """Among them its digest, what started it, how it starts, and with whom it speaks."""
    (one, *_), _ = told.told(alarm(), answer(alarm()))
    lines = dict(one.helper)

    assert 10 == len(lines)
    assert a_process().sha256 == lines["SHA-256 of the file"]
    assert lines["Started by"].startswith("systemd (process 2100")
    assert "fontd.service" in lines["Starts by itself through"]
    assert "198.51.100.7:554" == lines["Network"]
    assert (
        "no earlier report of yours in the same folder could be read"
        in lines["Changed since the last report"]
    )
    assert "concealed-holder (high)" in lines["Findings"]


def test_what_was_not_seen_is_not_told_as_none():
    """A digest, a parent and a beginning that nobody knows are said to be so."""
    snapshot = alarm().snapshot
    process = a_process(sha256=None, ppid=None)
    lone = alarm()._replace(snapshot=snapshot._replace(processes=(process,)), past=())
    (one, *_), _ = told.told(lone, answer(lone))
    lines = dict(one.helper)

    assert ("not known", "not known") == (lines["SHA-256 of the file"], lines["Started by"])
    assert "no monitor saw it begin" in lines["Since"]


def test_a_process_that_has_ended_is_not_the_one_that_has_its_number_now():
    """Whose number it was is another program's today."""
    now = past().snapshot
    stranger = a_process(pid=977, name="cat", exe="/bin/cat", sha256="0" * 64)
    report = past()._replace(snapshot=now._replace(processes=(*now.processes, stranger)))
    (one, *_), _ = told.told(report, answer(report))

    assert a_process().sha256 == dict(one.helper)["SHA-256 of the file"]
    assert "fontd" == one.tree[-1].process.name


def test_what_the_monitor_found_has_its_proof_on_the_page():
    """A finding of the past is shown whole, until the user has answered for it."""
    seen = past()
    answered = tuple(one._replace(answered=True) for one in seen.past)

    assert "uvcvideo counts 2 open files, 1 was found" in read(seen)
    assert "uvcvideo counts 2 open files" in markdown.render(seen)
    assert "uvcvideo counts 2 open files" not in read(seen._replace(past=answered))


def test_information_excuses_nothing_in_a_story_that_matters():
    """Of a spy that has the camera open, no video call is named as its cause."""
    text, honest = read(alarm()), read(call())
    (said,) = {one.explanation for one in call().findings}

    assert "It is part of what is told of this program above." in text
    assert "a browser tab with a call" not in text
    assert said in honest
    assert "a browser tab with a call" in honest


def test_a_clear_report_says_what_it_cannot_know():
    """Nobody now is an answer for now; of days without a monitor nothing is known."""
    text = read(idle())

    assert "Nobody is using your camera now" in text
    assert "No monitor watched on this computer in these days, so nothing is known" in text


@of_unix("tzset")
def test_the_page_is_the_same_in_every_zone(monkeypatch):
    """Who verifies it may live elsewhere."""
    here = html.render(past())
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    try:
        there = html.render(past())
    finally:
        monkeypatch.undo()
        time.tzset()

    assert here == there


def test_the_work_grows_with_the_report():
    """A stranger's report with eight times as much takes some eight times as long, not 64."""

    def seconds(number):
        report = a_crowd(number)
        began = time.process_time()
        told.told(report, answer(report))
        week.week(report)
        for part in (view.cameras, view.programs, view.tree, view.timeline, view.earlier):
            part(report)
        return time.process_time() - began

    small, large = min(seconds(1000) for _ in range(2)), seconds(8000)

    assert large < 24 * small


def a_crowd(number):
    """Programs, cameras, holders, findings, sessions and spans, ``number`` of each."""
    cameras = [a_camera(id=f"usb:{n}", name=f"Camera {n}") for n in range(number)]
    mine = [a_process(pid=n + 2, ppid=n + 1, exe=f"/opt/{n}", name=f"p{n}") for n in range(number)]
    findings = [
        a_finding(subject=Subject(programs=(f"/opt/{n}",)), signature=None) for n in range(number)
    ]
    began = [WHEN - timedelta(hours=n % 200) for n in range(number)]
    return a_report(
        snapshot=a_snapshot(
            cameras=tuple(cameras),
            processes=tuple(mine),
            holders=tuple(Holder(f"usb:{one.pid - 2}", *one.id, Via.FD, "/dev/x") for one in mine),
            connections=tuple(Connection(*one.id, "a", "b", "x") for one in mine),
            persistence=tuple(PersistenceEntry("x", "/p", "n", one.exe) for one in mine),
            references=(DriverReferences("d", tuple(one.id for one in cameras), 9, 1, True),),
        ),
        findings=tuple(findings),
        past=tuple(
            Session(CAMERA, "Camera", at, at + timedelta(minutes=9), one, findings=(found,))
            for at, one, found in zip(began, mine, findings, strict=True)
        ),
        watched=tuple(Span(at, at + timedelta(minutes=30)) for at in began),
    )


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
