"""Access past the camera's driver is told, and how far it went."""

import pytest

from camcheck.checks.raw_usb_holder import RawUsbHolder
from camcheck.findings import Confidence, Severity
from camcheck.model import CameraKind, Via
from tests.builders import a_camera, a_holder, a_process, a_snapshot

RAW = a_holder(via=Via.USBFS, node="/dev/bus/usb/001/002")


def run(*holders, **facts):
    return list(RawUsbHolder().run(a_snapshot(holders=[*holders], **facts)))


@pytest.mark.parametrize(
    ("interfaces", "severity", "confidence", "words"),
    [
        (("1-1:1.0=uvcvideo", "1-1:1.1=usbfs"), Severity.MEDIUM, Confidence.HIGH, "taken"),
        (("1-1:1.0=uvcvideo",), Severity.INFO, Confidence.HIGH, "still has all parts"),
        (("1-1:1.0=none",), Severity.LOW, Confidence.MEDIUM, "No driver has these parts"),
        ((), Severity.LOW, Confidence.MEDIUM, "could not be read"),
    ],
)
def test_taking_a_part_of_the_camera_weighs_more(interfaces, severity, confidence, words):
    """Only who takes an interface can film past the driver."""
    (finding,) = run(RAW, cameras=[a_camera(interfaces=interfaces)])

    assert (severity, confidence) == (finding.severity, finding.confidence)
    assert words in finding.evidence[-1].text


def test_who_may_only_read_films_nothing():
    """lsusb reads what a device says of itself; another one may film at the same time."""
    claimed = a_camera(interfaces=("1-1:1.0=usbfs", "1-1:1.1=usbfs"))
    reads, writes = RAW._replace(access="read"), RAW._replace(pid=7)
    lister, spy = a_process(exe="/usr/bin/lsusb"), a_process(pid=7, exe="/tmp/spy")

    found = {f.subject.programs[0]: f.severity
             for f in run(reads, writes, cameras=[claimed], processes=[lister, spy])}  # fmt: skip

    assert {"/usr/bin/lsusb": Severity.INFO, "/tmp/spy": Severity.MEDIUM} == found


def test_a_still_camera_is_used_past_a_driver_by_design():
    """PTP has no driver; that films and copies look alike is said."""
    still = a_camera(kind=CameraKind.STILL, driver=None, interfaces=("1-1:1.0=usbfs",))
    (finding,) = run(RAW, cameras=[still])

    assert Severity.INFO == finding.severity
    assert "caller has the still camera Webcam open" == finding.title
    assert "looks the same" in finding.explanation


@pytest.mark.parametrize("via", [via for via in Via if via is not Via.USBFS])
def test_other_ways_are_not_raw(via):
    """A program that uses the driver does not go past it."""
    assert [] == run(a_holder(via=via))


def test_all_processes_of_a_program_stand_in_one_finding():
    """Nobody hides behind the first process of the same program."""
    processes = [a_process(), a_process(pid=7, name="second")]
    (finding,) = run(RAW, RAW._replace(pid=7), processes=processes)

    assert any("process 7 (second)" in evidence.text for evidence in finding.evidence)


def test_a_camera_that_is_gone_is_judged_by_its_holder():
    """An unplugged camera has no interfaces to tell of."""
    assert [Severity.LOW] == [finding.severity for finding in run(RAW, cameras=[])]
