"""Who has a camera open is told, and as no accusation."""

import pytest

from camcheck.checks.camera_in_use import CameraInUse
from camcheck.findings import Confidence, Severity
from camcheck.model import CameraKind, ExeState, Fact, Role, Via
from tests.builders import CAMERA, a_camera, a_holder, a_process, a_snapshot


def run(**facts):
    return list(CameraInUse().run(a_snapshot(**facts)))


def explanation(process):
    (finding,) = run(holders=[a_holder()], processes=[process])
    return finding.explanation


def test_a_holder_is_information():
    """Name, process, program, user, start and way are told."""
    (finding,) = run(holders=[a_holder()])
    told = " ".join(evidence.text for evidence in finding.evidence)

    assert (Severity.INFO, Confidence.HIGH) == (finding.severity, finding.confidence)
    assert "caller has the camera Webcam open" == finding.title
    for fact in ("4242", "/usr/bin/caller", "erika", "2026-05-06 07:08:09 UTC", "/dev/video0"):
        assert fact in told


def test_a_holder_is_not_called_harmless():
    """What else is found of the program may say the opposite."""
    (finding,) = run(holders=[a_holder()])

    assert "no sign of anything bad" not in finding.explanation


def test_nobody_is_nobody():
    """Without a holder there is no finding."""
    assert [] == run()


@pytest.mark.parametrize("via", [Via.USBFS, Via.IN_FLIGHT])
def test_other_checks_speak_of_other_ways(via):
    """Raw access and what waits in a socket have findings of their own."""
    assert [] == run(holders=[a_holder(via=via)])


@pytest.mark.parametrize("via", [via for via in Via if via not in (Via.USBFS, Via.IN_FLIGHT)])
def test_every_other_way_is_told(via):
    """Whatever the way, somebody has the camera."""
    assert [via.value] == [via.value for _ in run(holders=[a_holder(via=via)])]


def test_the_finding_is_the_same_tomorrow():
    """The fingerprint has neither process number nor time."""
    (today,) = run(holders=[a_holder()])
    later = a_process(pid=7, started=None)
    (tomorrow,) = run(holders=[a_holder(pid=7, started=None)], processes=[later])

    assert today.fingerprint == tomorrow.fingerprint
    assert f"camera-in-use/{CAMERA} /usr/bin/caller" == today.fingerprint


def test_all_processes_of_one_program_stand_in_its_finding():
    """A second process of an interpreter must not hide behind the first."""
    holders = [a_holder(), a_holder(pid=7)]
    (finding,) = run(holders=holders, processes=[a_process(), a_process(pid=7, name="spy")])
    told = " ".join(evidence.text for evidence in finding.evidence)

    assert "process 4242" in told
    assert "process 7 (spy)" in told


def test_two_programs_are_two_findings():
    """Each program on each camera is told apart."""
    holders = [a_holder(), a_holder(pid=7)]
    processes = [a_process(), a_process(pid=7, exe="/usr/bin/other")]

    assert 2 == len(run(holders=holders, processes=processes))


def test_a_process_that_has_ended_is_told_as_such():
    """Nothing is invented about who is gone."""
    (finding,) = run(holders=[a_holder(pid=9)])

    assert "a program that has ended has the camera Webcam open" == finding.title


def test_a_camera_that_is_not_listed_keeps_its_id():
    """Where no name is known, the id is told."""
    (finding,) = run(holders=[a_holder(camera="usb:1:2:3")])

    assert finding.title.endswith("the camera usb:1:2:3 open")


def test_pipewire_is_introduced():
    """The system's own broker is named as what it is."""
    process = a_process(exe="/usr/bin/pipewire", package="pipewire-bin")

    assert "PipeWire: it hands cameras" in explanation(process)


@pytest.mark.parametrize(
    "process",
    [
        a_process(exe="/home/erika/pipewire", name="pipewire"),
        a_process(exe=None, name="pipewire"),
        a_process(exe="/usr/bin/pipewire", container="docker-1"),
        a_process(exe="/usr/bin/pipewire", exe_state=ExeState.ELSEWHERE),
        a_process(exe="/usr/bin/pipewire", exe_state=ExeState.DELETED),
        a_process(exe="/usr/bin/pipewire2"),
    ],
)
def test_the_name_of_a_broker_is_no_passport(process):
    """A program that borrows the name gets no friendly words."""
    assert CameraInUse.texts.meaning == explanation(process)


def test_the_feeder_of_a_virtual_camera_is_named_as_such():
    """Who gives pictures to a loopback device watches nobody by it."""
    camera = a_camera(kind=CameraKind.VIRTUAL, name="OBS Virtual Camera")
    (finding,) = run(cameras=[camera], holders=[a_holder(role=Role.FEEDS)])

    assert "caller feeds the virtual camera OBS Virtual Camera" == finding.title
    assert "gives the virtual camera its pictures" in finding.explanation


def test_shared_memory_alone_is_told_with_care():
    """A buffer can be a film's as well as a camera's: not sure, and said so."""
    (finding,) = run(holders=[a_holder(via=Via.DMA_BUF, node="/dmabuf")])

    assert Confidence.MEDIUM == finding.confidence
    assert "caller may see pictures of the camera Webcam" == finding.title


def test_it_needs_cameras_processes_and_holders():
    """Gaps in these are its limits."""
    assert {Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS} == CameraInUse.needs


CHILD = a_process(pid=7, exe="/usr/bin/sleep", name="sleep", ppid=4242)


def test_what_was_inherited_is_told_once():
    """A panel's child has the panel's open file: one opening, one finding, both named."""
    holders = [a_holder(), a_holder(pid=7, inherited=True)]
    (finding,) = run(holders=holders, processes=[a_process(), CHILD])

    assert "caller has the camera Webcam open" == finding.title
    assert any("process 7 (/usr/bin/sleep), which has" in one.text for one in finding.evidence)


@pytest.mark.parametrize(
    "holders",
    [
        [a_holder(), a_holder(pid=7)],
        [a_holder(), a_holder(pid=7, inherited=True), a_holder(pid=7, via=Via.MAPPING)],
        [a_holder(pid=5), a_holder(pid=7, inherited=True)],
        [a_holder(inherited=True), a_holder(pid=7, inherited=True)],
    ],
    ids=["own opening", "own mapping", "owner unrelated", "no owner"],
)
def test_a_child_that_does_more_than_inherit_stands_for_itself(holders):
    """Who opens or maps the camera itself, or whose parent cannot be found, is told."""
    processes = [a_process(), CHILD, a_process(pid=5, exe="/usr/bin/other")]
    told = run(holders=holders, processes=processes)

    assert any(finding.title.startswith("sleep has") for finding in told)


@pytest.mark.parametrize(
    ("system", "place"),
    [("Linux", "/proc/4242"), ("windows", "number 4242"), ("macos", "number 4242")],
)
def test_evidence_says_where_it_was_read_on_each_system(system, place):
    """Only Linux has a folder for each process."""
    host = a_snapshot().host._replace(system=system)
    (finding,) = run(host=host, holders=[a_holder()])

    assert all(place in one.source for one in finding.evidence)
