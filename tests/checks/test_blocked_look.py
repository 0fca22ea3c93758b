"""Who keeps everybody waiting is told, and worse when the open files show a camera."""

from camcheck.checks.blocked_look import BlockedLook
from camcheck.findings import Severity
from tests.builders import a_holder, a_process, a_snapshot


def run(*holders, processes):
    return list(BlockedLook().run(a_snapshot(holders=[*holders], processes=[*processes])))


def test_a_process_that_answers_is_none():
    """Not even one whose command line the system refuses."""
    assert [] == run(a_holder(), processes=[a_process(), a_process(pid=7, unknown=("cmdline",))])


def test_who_blocks_is_told_by_name():
    """What its memory holds is not known, and that is said."""
    (finding,) = run(processes=[a_process(blocks="memory")])

    assert Severity.MEDIUM == finding.severity
    assert "caller keeps everybody waiting who looks into it" == finding.title
    assert "is not known" in finding.evidence[-1].text


def test_one_that_has_a_camera_open_is_worse():
    """The list of open files needs no look into the memory."""
    (finding,) = run(a_holder(), processes=[a_process(blocks="memory"), a_process(pid=7)])

    assert Severity.HIGH == finding.severity
    assert "It holds Webcam, say its open files." == finding.evidence[-1].text


def test_many_processes_of_one_program_are_one_finding():
    """A program that blocks a thousand times does not fill the report."""
    processes = [a_process(pid=pid, blocks="memory") for pid in (7, 8, 9)]

    assert 1 == len(run(processes=processes))
    other = a_process(pid=10, blocks="memory", user="mallory")
    assert 2 == len(run(processes=[*processes, other]))
