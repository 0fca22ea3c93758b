"""What every check owes its readers."""

from importlib import import_module
from pathlib import Path

import pytest

from camcheck.checks import all_checks, run_checks
from camcheck.findings import CheckRun, Subject, Texts
from camcheck.model import Fact, Gap
from camcheck.render.guide import guide, markdown, overview
from tests.builders import a_finding, a_gap, a_snapshot

ROOT = Path(__file__).parents[2]
CHECKS = {check.id: check for check in all_checks()}


@pytest.mark.parametrize("slug", CHECKS)
def test_a_check_explains_itself(slug):
    """Meaning, harmless causes and what to do are there for everybody, and never a promise."""
    check = CHECKS[slug]
    texts = [
        check.texts.title,
        check.texts.meaning,
        *check.texts.harmless,
        *check.texts.steps,
        *check.texts.technician,
    ]

    assert check.texts.harmless
    assert check.texts.steps
    assert check.texts.technician
    assert all(text.strip() == text and text for text in texts)
    assert [] == [text for text in texts if " safe" in f" {text.lower()}"]


@pytest.mark.parametrize("slug", CHECKS)
def test_the_name_of_a_check_is_that_of_its_file(slug):
    """Whoever reads a slug finds the file."""
    module = type(CHECKS[slug]).__module__

    assert f"camcheck.checks.{slug.replace('-', '_')}" == module
    assert import_module(module).__doc__


def test_no_two_checks_share_a_name():
    """A slug means one check."""
    assert len(CHECKS) == len(all_checks())


def test_every_check_of_the_folder_is_made():
    """A check that nobody calls checks nothing."""
    files = {path.stem for path in (ROOT / "camcheck/checks").glob("*.py")}

    assert files - {"__init__", "wording"} >= {slug.replace("-", "_") for slug in CHECKS}
    named = {type(check).__module__.rpartition(".")[2] for check in CHECKS.values()}
    with_run = {
        path.stem
        for path in (ROOT / "camcheck/checks").glob("*.py")
        if "\n    def run(self, snapshot" in path.read_text() and path.stem != "__init__"
    }
    assert with_run == named


def test_the_documentation_of_checks_is_made_from_them():
    """docs/checks.md says what `camcheck explain` says; scripts/docs writes it."""
    assert markdown(all_checks()) == (ROOT / "docs/checks.md").read_text(encoding="utf-8")


def test_the_guide_of_a_check_fits_a_terminal():
    """80 columns, with every text of the check."""
    for check in all_checks():
        lines = guide(check).splitlines()

        assert 80 >= max(map(len, lines))
        assert " ".join(lines).startswith(f"{check.id}: {check.texts.title}")


def test_the_overview_names_every_check():
    """Each begins a line, within 80 columns."""
    lines = overview(all_checks()).splitlines()

    assert list(CHECKS) == [line.split()[0] for line in lines[:-2] if not line.startswith(" ")]
    assert 80 >= max(map(len, lines))


class Saying:
    """A check that says what it is told to."""

    id = "saying"
    texts = Texts("What it was told", "", (), (), ())
    needs = frozenset({Fact.HOLDERS})

    def __init__(self, *results):
        self.results = results

    def run(self, snapshot):
        yield from self.results


def test_gaps_in_what_a_check_needs_are_its_limits():
    """No check can forget to be honest: the runner attaches what it could not know."""
    gaps = [a_gap(), a_gap(fact=Fact.CAPTURE, subject="another matter")]
    own = a_gap(subject="its own")
    findings, found, runs = run_checks(a_snapshot(gaps=gaps), [Saying(a_finding(), own)])

    assert (a_finding(),) == findings
    assert {*gaps, own} == set(found)
    assert (CheckRun("saying", "What it was told", ("3 processes", "its own")),) == runs


def test_findings_about_things_of_different_kinds_have_an_order():
    """One is about a user, the next about nobody in particular."""
    about = [a_finding(subject=Subject(user=user)) for user in ("bob", None)]
    findings, _, _ = run_checks(a_snapshot(), [Saying(*about)])

    assert set(about) == set(findings)


def test_a_machine_without_anything_gives_nothing():
    """No finding and no gap, from any check, where there is nothing."""
    findings, gaps, runs = run_checks(a_snapshot(), all_checks())

    assert ((), ()) == (findings, gaps)
    assert list(CHECKS) == [run.check for run in runs]
    assert all(isinstance(gap, Gap) for gap in gaps)
