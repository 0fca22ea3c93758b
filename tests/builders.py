"""Facts and judgements with defaults that hide what does not matter to a test."""

from datetime import UTC, datetime, timedelta
from typing import Any

from camcheck.findings import Confidence, Evidence, Finding, Report, Severity, Subject
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    CameraUse,
    Capture,
    CaptureState,
    DriverReferences,
    ExeState,
    Fact,
    Gap,
    Holder,
    Host,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Node,
    NodeKind,
    Process,
    Reason,
    Snapshot,
    Trust,
    Via,
    Witness,
)

WHEN = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
CAMERA = "usb:046d:082c:S1"
PROGRAM = "/usr/bin/caller"


def a_camera(**changes: Any) -> Camera:
    """A USB webcam with a picture node, a metadata node and its raw USB node."""
    camera = Camera(
        id=CAMERA,
        name="Webcam",
        bus=Bus.USB,
        kind=CameraKind.PHYSICAL,
        driver="uvcvideo",
        vendor_id="046d",
        product_id="082c",
        serial="S1",
        location="usb-0000:00:14.0-1",
        nodes=(
            Node("/dev/bus/usb/001/002", NodeKind.USB, (189, 1)),
            Node("/dev/video0", NodeKind.CAPTURE, (81, 0)),
            Node("/dev/video1", NodeKind.METADATA, (81, 1)),
        ),
        interfaces=("1-1:1.0=uvcvideo", "1-1:1.1=uvcvideo"),
    )
    return camera._replace(**changes)


def a_process(**changes: Any) -> Process:
    """An ordinary, installed program of an ordinary user."""
    process = Process(
        pid=4242,
        started=WHEN,
        name="caller",
        exe=PROGRAM,
        exe_state=ExeState.PRESENT,
        cmdline=("caller",),
        user="erika",
        uid=1000,
        ppid=1,
    )
    return process._replace(**changes)


def a_holder(**changes: Any) -> Holder:
    """The process of `a_process` with the camera of `a_camera` plainly open."""
    holder = Holder(
        camera=CAMERA, pid=4242, started=WHEN, via=Via.FD, node="/dev/video0", access="read-write"
    )
    return holder._replace(**changes)


def a_count(opened: int | None, accounted: int, **changes: Any) -> DriverReferences:
    """What the webcam's driver counts, and how many openings were found."""
    count = DriverReferences("uvcvideo", (CAMERA,), opened, accounted, measured=True)
    return count._replace(**changes)


def a_capture(state: CaptureState = CaptureState.ACTIVE, **changes: Any) -> Capture:
    """The webcam films (or not), by the word of its alternate setting."""
    source = "/sys/bus/usb/devices/1-1:1.1/bAlternateSetting"
    witness = Witness(CAMERA, "usb-alternate-setting", "1", source, state)
    return Capture(CAMERA, state, "its video channel tells it", (witness,))._replace(**changes)


def an_indicator(state: IndicatorState = IndicatorState.OFF, **changes: Any) -> Indicator:
    """A light of the webcam that the kernel switches."""
    source = "/sys/class/leds/x::privacy_led/brightness"
    light = Indicator(CAMERA, IndicatorKind.LED, state, source, Trust.KERNEL, "it is dark")
    return light._replace(**changes)


def a_use(**changes: Any) -> CameraUse:
    """Three minutes of a program of bob's, as Windows' ConsentStore notes them."""
    key = r"HKU\S-1-5-21-1-2-3-1001\SOFTWARE\Microsoft\ConsentStore\webcam\NonPackaged\C:#Z.exe"
    ended = WHEN + timedelta(minutes=3)
    use = CameraUse(None, r"C:\Program Files\Zoom\bin\Zoom.exe", "bob", WHEN, ended, key)
    return use._replace(**changes)


def a_gap(**changes: Any) -> Gap:
    gap = Gap(Fact.HOLDERS, "3 processes", Reason.DENIED, "They could not be looked into.")
    return gap._replace(**changes)


def a_snapshot(**changes: Any) -> Snapshot:
    """One webcam and one ordinary program that does not hold it, seen by an administrator."""
    snapshot = Snapshot(
        host=Host("Linux", "6.12.0", "#1 SMP", "x86_64", "desk"),
        started_at=WHEN,
        finished_at=WHEN,
        elevated=True,
        cameras=(a_camera(),),
        processes=(a_process(),),
    )
    changes = {key: tuple(v) if isinstance(v, list) else v for key, v in changes.items()}
    return snapshot._replace(**changes)


def a_finding(**changes: Any) -> Finding:
    finding = Finding(
        check="camera-in-use",
        severity=Severity.INFO,
        confidence=Confidence.HIGH,
        title="caller has the camera Webcam open",
        explanation="A program has the camera open.",
        evidence=(Evidence("It has it open.", "/proc/4242"),),
        remediation=("Nothing.",),
        subject=Subject((CAMERA,)),
    )
    return finding._replace(**changes)


def a_report(**changes: Any) -> Report:
    report = Report(snapshot=a_snapshot(), findings=(), gaps=(), camcheck_version="0.0")
    return report._replace(**changes)
