"""Verifying and comparing stored reports."""

from datetime import timedelta

import pytest

from camcheck import __version__
from camcheck.findings import Confidence, Severity, Subject
from camcheck.render import html
from camcheck.render import json as render_json
from camcheck.report.compare import compare
from camcheck.report.comparison_text import in_words
from camcheck.report.read import parse
from camcheck.report.recheck import recheck
from camcheck.report.redact import redact
from camcheck.report.verify import verify
from tests.browser.situations import past
from tests.report.sample import (
    a_camera,
    a_finding,
    a_process,
    a_report,
    a_snapshot,
    an_incomplete_report,
)


def a_page() -> str:
    return html.render(redact(a_report(camcheck_version=__version__)))


def test_a_report_as_it_was_made_is_intact():
    """Data, stated digest and page fit together."""
    result = verify(parse(a_page().encode()))

    assert result.intact
    assert "exactly this data" in result.sentences[1]


@pytest.mark.parametrize(
    ("old", "new", "told_by"),
    [
        ('"severity": "high"', '"severity": "info"', "CHANGED: it does not fit"),
        ("ALARM: ", "All is well: ", "does not show"),
        ('"verdict": "alarm"', '"verdict": "nobody"', "verdict does not follow"),
    ],
)
def test_a_change_of_data_or_page_is_told(old, new, told_by):
    """Whoever softens a finding, in the data or in what is shown, is found out."""
    page = a_page()
    assert old in page
    result = verify(parse(page.replace(old, new).encode()))

    assert not result.intact
    assert told_by in " ".join(result.sentences)


def test_a_page_of_another_version_is_not_compared():
    """That is said, and is neither a success nor a failure of the page."""
    page = html.render(a_report(camcheck_version="0.0.9"))
    result = verify(parse(page.encode()))

    assert result.intact
    assert "Another version" in result.sentences[1]


def test_line_ends_do_not_matter():
    """A mail program that turns line ends does not make a forgery of a report."""
    assert verify(parse(a_page().replace("\n", "\r\n").encode())).intact


@pytest.mark.parametrize(
    ("shown", "fits"),
    [
        (lambda digest: digest, True),
        (lambda digest: " ".join(digest[i : i + 4] for i in range(0, 64, 4)).upper(), True),
        (lambda digest: digest[:16], True),
        (lambda digest: digest[:15], False),
        (lambda digest: "0" * 64, False),
        (lambda digest: "", False),
        (lambda digest: digest + "0", False),
    ],
)
def test_the_digest_that_was_read_out(shown, fits):
    """Groups, capitals and sixteen digits or more are enough; fewer or others are not."""
    stored = parse(render_json.render(a_report()).encode())

    assert fits == verify(stored, read_out=shown(stored.digest)).intact


def test_a_forged_report_with_a_fitting_digest_fails_the_call():
    """The digest inside can be made anew by a forger; the one on the phone cannot."""
    real = render_json.document(a_report())["digest"]
    forged = parse(render_json.render(a_report(findings=())).encode())

    assert verify(forged).intact
    assert not verify(forged, read_out=real).intact


def test_a_report_does_not_differ_from_itself_scanned_later():
    """Process numbers and times change all the time; findings keep their identity."""
    later = a_snapshot(
        started_at=a_snapshot().started_at + timedelta(days=3),
        processes=(a_process(pid=99, started=None),),
    )
    comparison = compare(a_report(), a_report(snapshot=later))

    assert 0 == comparison.exit_code
    assert 2 == len(comparison.same)
    assert in_words(comparison).startswith("Nothing changed.")


def test_new_gone_and_differently_judged_findings():
    """Each kind of change is named, and the worst that is new decides the exit code."""
    new = a_report(
        findings=(
            a_finding(severity=Severity.CRITICAL, confidence=Confidence.LOW),
            a_finding(check="raw-usb-holder", severity=Severity.MEDIUM),
        )
    )
    comparison = compare(a_report(), new)

    assert ["raw-usb-holder"] == [item.check for item in comparison.appeared]
    assert ["camera-in-use"] == [item.check for item in comparison.gone]
    assert [("high", "critical")] == [
        (item.old.severity, item.new.severity) for item in comparison.changed
    ]
    assert 14 == comparison.exit_code
    assert "Judged differently" in in_words(comparison)


def test_a_finding_that_is_judged_less_bad_is_no_alarm():
    """Better news is news, and no reason for an exit code."""
    better = a_report(findings=(a_finding(severity=Severity.LOW), a_report().findings[1]))

    assert 0 == compare(a_report(), better).exit_code


def test_a_redacted_and_a_full_report_can_be_compared():
    """The full one is redacted first; the numbers of tokens do not matter."""
    snapshot = a_snapshot(processes=(a_process(user="anna", uid=1), *a_snapshot().processes))
    comparison = compare(redact(a_report()), a_report(snapshot=snapshot))

    assert ((), ()) == (comparison.appeared, comparison.gone)


def test_cameras_and_gaps_are_compared():
    """A camera that was plugged in, and what could not be looked at any more."""
    snapshot = a_snapshot(cameras=(*a_snapshot().cameras, a_camera(id="usb:1:2:3", name="New one")))
    text = in_words(compare(an_incomplete_report(), a_report(snapshot=snapshot)))

    assert "New cameras:\n  - New one (usb:1:2:3)" in text
    assert "Could be looked at before, not now:\n  - earlier use" in text


def test_names_in_a_comparison_cannot_act():
    """Escape sequences of a hostile report do not reach the terminal."""
    hostile = a_finding(subject=Subject(place="\x1b[2J"))
    text = in_words(compare(a_report(), a_report(findings=(hostile,))))

    assert "\\x1b[2J" in text
    assert "\x1b" not in text


def test_what_a_monitor_saw_stays_when_a_report_is_judged_anew():
    """The past and what the user approved are facts of that computer."""
    old = past()._replace(approved=("/usr/bin/caller",))
    new = recheck(old)

    assert (old.past, old.watched, old.approved) == (new.past, new.watched, new.approved)
