"""Reports of schema version 1, as version 0.1.0 wrote them: they stay worth something."""

from pathlib import Path

import pytest

from camcheck.answer.judge import answer
from camcheck.render import details, html, markdown, ocsf, text
from camcheck.render import json as render_json
from camcheck.report.compare import compare
from camcheck.report.read import parse, read_report
from camcheck.report.recheck import recheck
from camcheck.report.verify import verify

TESTS = Path(__file__).parents[1]
SYSTEMS = ("linux", "macos", "windows")


def of_version1(name):
    return read_report(str(TESTS / "report/version1" / name))


@pytest.mark.parametrize("name", [*(f"{system}.json" for system in SYSTEMS), "linux.html"])
def test_it_is_read_and_fits_its_digest(name):
    """Data, digest and verdict are compared in the words of their own version."""
    stored = of_version1(name)

    assert (1, "found") == (stored.version, stored.verdict)
    assert verify(stored).intact


def test_its_page_was_made_by_another_version():
    """It is neither called changed nor unchanged; the data in it is that of the JSON."""
    page = of_version1("linux.html")
    said = " ".join(verify(page).sentences)

    assert "Another version of camcheck made the page" in said
    assert "CHANGED" not in said
    assert of_version1("linux.json").report.findings == page.report.findings


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_change_of_it_is_told(system):
    """A finding that was softened, or a verdict."""
    data = (TESTS / f"report/version1/{system}.json").read_bytes()
    softer = parse(data.replace(b'"critical"', b'"low"'))
    clear = parse(data.replace(b'"verdict": "found"', b'"verdict": "clear"'))

    assert not verify(softer).intact
    assert "verdict does not follow" in " ".join(verify(clear).sentences)


@pytest.mark.parametrize("form", [text, details, html, markdown, ocsf, render_json])
@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_shown_in_every_form_of_today(system, form):
    """With the answer that it would have today: a known spying program is an alarm."""
    report = of_version1(f"{system}.json").report
    shown = form.render(report)

    assert "alarm" == answer(report).kind
    assert "ALARM" in shown or form is details


@pytest.mark.parametrize("system", SYSTEMS)
def test_it_is_judged_anew_and_nothing_old_looks_new(system):
    """What is found in the same facts now has its old identity; only rules may have changed."""
    old = of_version1(f"{system}.json").report
    changes = compare(old, recheck(old))
    kept = len(changes.same) + len(changes.changed)

    assert () == changes.appeared
    assert len(old.findings) == kept + len(changes.gone)
    assert {one.check for one in changes.gone} <= {"known-bad"}
    assert kept > len(changes.gone)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_report_of_today_about_the_same_machine_has_nothing_new(system):
    """The recorded machines are the same ones, told in schema version 2."""
    old, new = of_version1(f"{system}.json"), read_report(str(TESTS / f"recorded/{system}.json"))
    changes = compare(old.report, new.report)

    assert (1, 2) == (old.version, new.version)
    assert ((), ()) == (changes.appeared, changes.gone)
    assert ((), ()) == (changes.cameras_appeared, changes.cameras_gone)


def test_what_is_new_is_still_seen_beside_a_report_of_version_1():
    """The comparison is not blind: without one of the old findings, the new one has it new."""
    old = of_version1("linux.json").report
    changes = compare(old._replace(findings=old.findings[1:]), recheck(old))

    assert [old.findings[0].fingerprint] == [one.fingerprint for one in changes.appeared]
