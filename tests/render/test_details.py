"""All of a report at a terminal: within its width, nothing by colour alone."""

import re
from unicodedata import combining, east_asian_width

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcheck.findings import Severity
from camcheck.model import CameraKind, Fact, Snapshot, Via
from camcheck.render.details import render, render_cameras
from tests.builders import (
    CAMERA,
    a_camera,
    a_count,
    a_finding,
    a_gap,
    a_holder,
    a_process,
    a_report,
    a_snapshot,
)
from tests.report.strategies import reports, values

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
WIDE = st.text(st.characters(categories=["Lo", "Mn", "Lu", "So"]), max_size=300)


def columns(line):
    return sum(
        0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in line
    )


def widest(text):
    """The widest line; one that is a single word (a path) stays whole, so that it can be copied."""
    lines = [line for line in text.split("\n") if len(line.removeprefix("- ").split()) > 1]
    return max(map(columns, lines), default=0)


def flat(text):
    return " ".join(text.split())


@settings(max_examples=15, deadline=None)
@given(reports())
def test_any_report_fits_the_terminal_and_acts_on_nothing(report):
    """80 columns, no control character but the end of a line, and UTF-8, whatever stands in it."""
    text = render(report)

    assert 80 >= widest(text)
    assert all(line.isprintable() for line in text.split("\n"))
    text.encode("utf-8")


@settings(max_examples=12, deadline=None)
@given(reports())
def test_colour_adds_nothing_but_colour(report):
    """Without its colour codes the coloured report is the plain one."""
    assert render(report) == ESCAPE.sub("", render(report, colour=True))


@settings(max_examples=12, deadline=None)
@given(values(Snapshot))
def test_any_list_of_cameras_fits_the_terminal(snapshot):
    """The list of cameras keeps to the same rules."""
    text = render_cameras(snapshot)

    assert 80 >= widest(text)
    assert all(line.isprintable() for line in text.split("\n"))
    assert text == ESCAPE.sub("", render_cameras(snapshot, colour=True))


@settings(max_examples=15, deadline=None)
@given(WIDE)
def test_wide_and_combining_characters_fit_the_terminal(name):
    """Characters of two columns count twice, marks on others not at all."""
    snapshot = a_snapshot(
        cameras=[a_camera(name=name)],
        holders=[a_holder(node=name)],
        processes=[a_process(name=name, exe=f"/{name}")],
    )
    report = a_report(snapshot=snapshot, findings=(a_finding(title=name, explanation=name),))

    assert 80 >= widest(render(report))
    assert 80 >= widest(render_cameras(snapshot))


HOSTILE = "x\x1b]0;owned\x07\n[HIGH] forged\r\u202egnp.exe\u2028\x9b2J\udcff" + "A" * 100_000


def hostile_report():
    process = a_process(name=HOSTILE, exe=HOSTILE, user=HOSTILE, unit=HOSTILE, container=HOSTILE)
    return a_report(
        snapshot=a_snapshot(
            cameras=[a_camera(name=HOSTILE, driver=HOSTILE, vendor_id=HOSTILE)],
            processes=[process],
            holders=[a_holder(node=HOSTILE, detail=HOSTILE)],
        ),
        findings=(a_finding(title=HOSTILE, explanation=HOSTILE),),
        gaps=(a_gap(subject=HOSTILE, detail=HOSTILE),),
    )


def test_hostile_text_stays_in_its_field():
    """A megabyte with escapes, line breaks and turned writing makes no line of its own."""
    text = render(hostile_report())

    assert not any(line.lstrip().startswith("[HIGH]") for line in text.split("\n"))
    assert 20_000 > len(text)
    assert 80 >= widest(text)
    assert all(line.isprintable() for line in text.split("\n"))


def found(severity):
    return (a_finding(severity=severity),)


@pytest.mark.parametrize("severity", Severity)
def test_severity_is_a_word(severity):
    """A screen reader reads what others see."""
    assert f"[{severity.value.upper()}] " in render(a_report(findings=found(severity)))


@pytest.mark.parametrize(
    ("references", "words"),
    [
        ([a_count(0, 0)], "Nobody has it open, and its driver says so, too."),
        ([a_count(1, 1)], "Nobody was found to have it open."),
        ([a_count(1, 0)], "Somebody has it open who was not found."),
        ([a_count(None, 0)], "its driver does not confirm that."),
        ([a_count(0, 0, measured=False)], "its driver does not confirm that."),
        ([], "its driver does not confirm that."),
    ],
)
def test_nobody_is_said_as_surely_as_it_is_known(references, words):
    """The driver's word makes the difference."""
    assert words in flat(render(a_report(snapshot=a_snapshot(references=references))))


def test_a_holder_is_told_below_its_camera():
    """Who, which process, by what, whose, since when, which program, in what."""
    process = a_process(unit="caller.service", container="docker-1")
    holders = [a_holder(), a_holder(via=Via.MAPPING)]
    told = flat(render(a_report(snapshot=a_snapshot(processes=[process], holders=holders))))

    assert "Open by caller (process 4242, via fd, mapping), user erika, since 2026-05-0" in told
    assert "/usr/bin/caller, unit caller.service, container docker-1" in told


def test_a_holder_that_has_ended_or_is_unknown_is_told_as_such():
    """Nothing is invented about a process that could not be read."""
    ended = render(a_report(snapshot=a_snapshot(holders=[a_holder(pid=9)])))
    process = a_process(exe=None, user=None, started=None)
    unknown = render(
        a_report(snapshot=a_snapshot(processes=[process], holders=[a_holder(started=None)]))
    )

    assert "Open by process 9, which has ended (fd)" in ended
    assert "program file not known" in unknown


def test_a_finding_tells_what_to_do():
    """Evidence, harmless causes, steps and where to read more."""
    finding = a_finding(harmless=("A video call.",), remediation=("Cover the camera.",))
    text = render(a_report(findings=(finding,)))

    for words in ("What was seen:", "Harmless causes:", "- A video call.", "What to do:"):
        assert words in text
    assert "More: camcheck explain camera-in-use" in text


def test_what_could_not_be_checked_comes_last():
    """Gaps stand after the findings, each with its reason."""
    text = render(a_report(findings=found(Severity.LOW), gaps=(a_gap(),)))

    assert text.index("[LOW]") < text.index("What could not be checked")
    assert "- 3 processes: They could not be looked into." in text


def test_the_word_safe_is_never_printed():
    """There is no such answer."""
    texts = [render(a_report(findings=found(severity))) for severity in Severity]

    assert [] == [text for text in [*texts, render(a_report())] if "safe" in text.lower()]


def test_no_camera_and_no_list_are_told_apart():
    """Having none is a fact; not having looked is a gap."""
    none = a_snapshot(cameras=[])
    blind = a_snapshot(cameras=[], gaps=[a_gap(fact=Fact.CAMERAS, detail="not mounted")])

    assert "No camera was found." in render(a_report(snapshot=none))
    assert "The list of cameras could not be read." in render(a_report(snapshot=blind))
    assert "No camera was found." in render_cameras(none)
    assert "not mounted" in render_cameras(blind)


def test_the_list_of_cameras_has_identity_kind_and_nodes():
    """Each node with what it does; a camera without driver says so."""
    text = render_cameras(a_snapshot(cameras=[a_camera(driver=None, kind=CameraKind.INFRARED)]))

    for words in (f"id: {CAMERA}", "infrared, usb 046d:082c, no driver", "metadata /dev/video1"):
        assert words in text


def test_the_last_words_promise_nothing():
    """A scan shows one moment, and says who looked."""
    text = flat(render(a_report(snapshot=a_snapshot(elevated=False))))

    assert "as an ordinary user" in text
    assert "no proof that nobody watches at another time" in text
