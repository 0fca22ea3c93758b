"""Hiding a camera is told by how much effort it takes; ordinary ways are never called hiding."""

import pytest

from camcheck.checks.concealed_holder import ConcealedHolder
from camcheck.findings import Confidence, Severity
from camcheck.model import Via
from tests.builders import a_camera, a_holder, a_process, a_snapshot


def run(*holders, **process):
    snapshot = a_snapshot(holders=[*holders], processes=[a_process(**process)])
    return list(ConcealedHolder().run(snapshot))


@pytest.mark.parametrize(
    ("holder", "severity"),
    [
        (a_holder(via=Via.THREAD_FD), Severity.HIGH),
        (a_holder(via=Via.IO_URING), Severity.MEDIUM),
        (a_holder(via=Via.IN_FLIGHT, node="socket"), Severity.MEDIUM),
        (a_holder(via=Via.MAPPING), Severity.MEDIUM),
        (a_holder(node="/tmp/.x/cam"), Severity.HIGH),
        (a_holder(node="/dev/.x"), Severity.HIGH),
        (a_holder(node="/dev/shm/x"), Severity.HIGH),
        (a_holder(node="/dev/video0 (deleted)"), Severity.HIGH),
        (a_holder(node="/dev/x", via=Via.USBFS), Severity.HIGH),
    ],
)
def test_a_way_that_hides_is_told(holder, severity):
    """Ways that ordinary tools do not show, each with its weight."""
    (finding,) = run(holder)

    assert severity == finding.severity
    assert "How it is hidden" in finding.evidence[0].text


def test_what_lsof_shows_is_not_said_to_be_unseen():
    """lsof and fuser list memory that is mapped ("mem"); what hides from them is told otherwise."""
    (mapped,) = run(a_holder(via=Via.MAPPING))
    (hidden,) = run(a_holder(via=Via.MAPPING), concealed="not in the list of processes")
    (thread,) = run(a_holder(via=Via.THREAD_FD))

    assert "usual tools do not show" not in mapped.explanation
    assert "lsof and fuser do show" in mapped.explanation
    assert "usual tools do not show" in hidden.explanation
    assert "usual tools do not show" in thread.explanation


@pytest.mark.parametrize(
    "holders",
    [
        [a_holder()],
        [a_holder(node="/dev/video1")],
        [a_holder(), a_holder(via=Via.MAPPING)],
        [a_holder(via=Via.USBFS, node="/dev/bus/usb/001/002")],
        [a_holder(via=Via.DMA_BUF, node="/dmabuf")],
        [a_holder(via=Via.PIPEWIRE, node="anything")],
        [],
    ],
)
def test_an_ordinary_way_is_no_hiding(holders):
    """A descriptor, its mapping, another node of the camera, a shared buffer, a broker's client."""
    assert [] == run(*holders)


ENGINE = {"own_dev": True, "supervisor": "/usr/bin/conmon"}


def test_a_container_has_device_files_of_its_own():
    """An engine's /dev may name the device otherwise; other folders and deleted ones stay odd."""
    assert [] == run(a_holder(node="/dev/video7"), **ENGINE)
    assert [] == run(a_holder(foreign=True), **ENGINE)
    assert 1 == len(run(a_holder(node="/tmp/video7"), **ENGINE))
    assert 1 == len(run(a_holder(node="/dev/video7 (deleted)"), **ENGINE))


@pytest.mark.parametrize("holder", [a_holder(node="/dev/video7"), a_holder(foreign=True)])
def test_a_dev_of_its_own_without_an_engine_is_told_in_a_lower_tone(holder):
    """A chroot made by hand looks so, and so does a spy who makes himself a /dev."""
    (finding,) = run(holder, own_dev=True)

    assert Severity.LOW == finding.severity
    assert "caller has Webcam open through a device file of its own" == finding.title


@pytest.mark.parametrize(
    "name",
    [
        {"container": "docker-1"},
        {"application": "flatpak:x"},
        {"container": "docker-1", "supervisor": "/usr/bin/conmon"},
    ],
)
def test_the_name_of_a_control_group_is_no_passport(name):
    """Users choose those names; a process that sees the machine's /dev is in no container."""
    assert [Severity.HIGH] == [finding.severity for finding in run(a_holder(foreign=True), **name)]


def test_a_hidden_process_that_holds_is_critical():
    """Keeping a whole process from the list takes an administrator and intent."""
    (finding,) = run(a_holder(), concealed="left out of the list of processes")

    assert (Severity.CRITICAL, Confidence.HIGH) == (finding.severity, finding.confidence)
    assert "left out of the list of processes" in finding.evidence[0].text


def test_what_waits_in_a_socket_is_a_guess():
    """The missing camera may be another's: the words and the confidence say so."""
    (finding,) = run(a_holder(via=Via.IN_FLIGHT, node="socket"))

    assert Confidence.LOW == finding.confidence
    assert "caller may hide that it has Webcam open" == finding.title


def test_two_ways_give_one_finding_of_the_worse():
    """One program, one camera, one finding."""
    (finding,) = run(a_holder(via=Via.IO_URING), a_holder(via=Via.THREAD_FD))

    assert (Severity.HIGH, Confidence.HIGH) == (finding.severity, finding.confidence)
    assert "caller hides that it has Webcam open" == finding.title


def test_without_its_camera_every_name_is_foreign():
    """A camera that was unplugged meanwhile has no node any more."""
    snapshot = a_snapshot(cameras=[a_camera(id="another")], holders=[a_holder()])

    assert 1 == len(list(ConcealedHolder().run(snapshot)))
