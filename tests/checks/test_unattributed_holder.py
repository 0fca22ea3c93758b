"""More openings than holders: somebody is there, unless something could not be looked at."""

import pytest

from camcheck.checks.unattributed_holder import UnattributedHolder
from camcheck.findings import Finding, Severity, Subject
from camcheck.model import Fact, Gap, Reason, Via
from tests.builders import CAMERA, a_count, a_gap, a_holder, a_snapshot


def run(count, *gaps, **facts):
    snapshot = a_snapshot(references=[count], gaps=[*gaps], **facts)
    return list(UnattributedHolder().run(snapshot))


@pytest.mark.parametrize(("opened", "accounted"), [(1, 0), (2, 1), (9, 3)])
def test_a_count_above_what_was_found_is_a_finding(opened, accounted):
    """The driver counts somebody whom nobody found."""
    (finding,) = run(a_count(opened, accounted))

    assert (Severity.HIGH, Subject((CAMERA,), place="uvcvideo")) == (
        finding.severity,
        finding.subject,
    )
    assert f"counts {opened} openings; {accounted} found" in finding.evidence[0].text
    assert "Webcam" in finding.title


@pytest.mark.parametrize(("opened", "accounted"), [(0, 0), (1, 1), (1, 2), (None, 0), (None, 3)])
def test_a_count_that_is_met_or_not_told_is_nothing(opened, accounted):
    """A driver that says nothing is a gap of the collector's, not a finding."""
    assert [] == run(a_count(opened, accounted))


@pytest.mark.parametrize(
    "gap",
    [
        a_gap(),
        a_gap(fact=Fact.PROCESSES, subject="other users' processes"),
        a_gap(fact=Fact.PROCESSES, reason=Reason.UNSUPPORTED),
    ],
)
def test_where_somebody_could_not_be_looked_at_it_is_a_gap(gap):
    """An ordinary user's scan must not accuse: the holder may be anybody's program."""
    (result,) = run(a_count(2, 0), gap)

    assert isinstance(result, Gap)
    assert (Fact.HOLDERS, Reason.DENIED) == (result.fact, result.reason)
    assert "counts 2 more opening" in result.detail


@pytest.mark.parametrize(
    "gap",
    [
        a_gap(fact=Fact.CAMERAS),
        a_gap(fact=Fact.CAPTURE),
        a_gap(fact=Fact.SIGNATURES, subject="program files of 1 process"),
        a_gap(fact=Fact.PROCESSES, subject="start times", reason=Reason.UNPARSED),
    ],
)
def test_a_gap_that_hides_nobody_changes_nothing(gap):
    """Who makes one detail unreadable does not silence the finding."""
    (result,) = run(a_count(1, 0), gap)

    assert isinstance(result, Finding)


def test_a_count_that_was_never_measured_is_a_gap():
    """What an unknown driver counts accuses nobody."""
    (result,) = run(a_count(1, 0, measured=False))

    assert isinstance(result, Gap)
    assert Reason.UNSUPPORTED == result.reason


def test_what_waits_in_a_socket_is_shown_beside_the_count():
    """The likely explanation stands in the evidence."""
    parked = a_holder(via=Via.IN_FLIGHT, detail="1 open file(s) wait")
    (finding,) = run(a_count(1, 0), holders=[parked, a_holder()])

    assert ["/sys/module/uvcvideo/refcnt", "/proc/4242/fdinfo"] == [
        evidence.source for evidence in finding.evidence
    ]
