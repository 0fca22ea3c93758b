"""What was taken from a driver is told; what never had one, and what nobody took, is not."""

import pytest

from camcheck.checks.camera_taken_over import CameraTakenOver
from camcheck.findings import Severity
from camcheck.model import CameraKind, Via
from tests.builders import a_camera, a_holder, a_snapshot

RAW = a_holder(via=Via.USBFS, node="/dev/bus/usb/001/002")


def run(*interfaces, holders=(), **changes):
    camera = a_camera(interfaces=interfaces, **changes)
    return list(CameraTakenOver().run(a_snapshot(cameras=[camera], holders=[*holders])))


def test_a_colour_camera_that_works_is_not_called_unused():
    """The infrared part of a laptop's camera often has no driver (howdy#88)."""
    (finding,) = run("1-5:1.0=uvcvideo", "1-5:1.1=uvcvideo", "1-5:1.2=none", "1-5:1.3=none")

    assert (Severity.INFO, "A part of Webcam has no driver") == (finding.severity, finding.title)
    assert "1-5:1.2, 1-5:1.3" in finding.evidence[0].text


def test_a_camera_without_any_driver_is_called_unused():
    """The near miss: no part of it has one."""
    (finding,) = run("1-5:1.0=none", "1-5:1.1=none")

    assert "Webcam is plugged in, and no driver uses it" == finding.title


@pytest.mark.parametrize("driver", ["none", "usbfs"])
def test_a_still_camera_never_had_a_driver(driver):
    """Its own program takes it, which is its ordinary way."""
    assert [] == run(f"1-2:1.0={driver}", kind=CameraKind.STILL, driver=None)


def test_a_still_camera_that_is_lent_out_is_told():
    """To lend it over the network is not its ordinary way."""
    (finding,) = run("1-2:1.0=usbip-host", kind=CameraKind.STILL, driver=None)

    assert Severity.MEDIUM == finding.severity


@pytest.mark.parametrize(
    ("access", "severity"), [("read", Severity.HIGH), ("read-write", Severity.MEDIUM)]
)
def test_who_may_only_read_does_not_cover_for_who_took_it(access, severity):
    """A lister of devices has the device open at the moment; the taker was not found."""
    holder = RAW._replace(access=access)

    assert [severity] == [f.severity for f in run("1-1:1.0=usbfs", holders=[holder])]
