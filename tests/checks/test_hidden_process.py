"""A process that is kept out of the list is told, with what it is and what it holds."""

import pytest

from camcheck.checks.hidden_process import HiddenProcess
from camcheck.findings import Severity
from tests.builders import a_holder, a_process, a_snapshot

HIDDEN = "left out of the list of processes"


def run(*holders, **process):
    snapshot = a_snapshot(holders=[*holders], processes=[a_process(**process)])
    return list(HiddenProcess().run(snapshot))


def test_a_listed_process_is_none():
    """Whether it holds a camera or not."""
    assert [] == [*run(), *run(a_holder())]


@pytest.mark.parametrize(
    ("unknown", "words"), [((), "was looked at: it does not"), (("holders",), "could not be seen")]
)
def test_a_hidden_process_is_told_even_if_it_holds_nothing(unknown, words):
    """Whether it holds a camera is told only where that was looked at."""
    (finding,) = run(concealed=HIDDEN, unknown=unknown)

    assert Severity.HIGH == finding.severity
    assert words in finding.evidence[-1].text
    assert f"is {HIDDEN}" in finding.evidence[0].text
    assert "A process (caller) is hidden from the list of processes" == finding.title


def test_one_that_holds_a_camera_is_worse_and_names_it():
    """The name, the user and the camera are in the evidence."""
    (finding,) = run(a_holder(), concealed=HIDDEN)

    assert Severity.CRITICAL == finding.severity
    assert "It holds Webcam." == finding.evidence[-1].text
    assert "user" in finding.evidence[1].text


def test_one_that_nobody_can_describe_is_told_by_its_number():
    """No name is made up."""
    (finding,) = run(name="?", exe=None, concealed=HIDDEN, unknown=("holders",))

    assert "A process is hidden from the list of processes" == finding.title
    assert 2 == len(finding.evidence)
