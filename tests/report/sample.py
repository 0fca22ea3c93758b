"""Reports built by hand: a machine with a hidden holder, one that is clear, one half seen."""

from datetime import UTC, datetime
from typing import Any

from camcheck.findings import (
    Confidence,
    Evidence,
    Finding,
    Report,
    Severity,
    Signature,
    Subject,
)
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    Capture,
    CaptureState,
    Connection,
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
    PersistenceEntry,
    Process,
    Reason,
    Snapshot,
    Trust,
    Via,
    Witness,
)

WHEN = datetime(2026, 3, 4, 18, 22, 7, tzinfo=UTC)
SERIAL = "A1B2C3D4"
CAMERA = f"usb:046d:0825:{SERIAL}"
INFRARED = "usb:04f2:b6dd:port-1-8"
SPY = "/home/erika/.cache/.fontd/fontd"


def a_camera(**changes: Any) -> Camera:
    camera = Camera(
        id=CAMERA,
        name="HD Webcam C270",
        bus=Bus.USB,
        kind=CameraKind.PHYSICAL,
        driver="uvcvideo",
        vendor_id="046d",
        product_id="0825",
        serial=SERIAL,
        location="usb 1-4",
        nodes=(
            Node("/dev/video0", NodeKind.CAPTURE, (81, 0)),
            Node("/dev/video1", NodeKind.METADATA, (81, 1)),
        ),
    )
    return camera._replace(**changes)


def a_process(**changes: Any) -> Process:
    process = Process(
        pid=4242,
        started=WHEN.replace(hour=9),
        name="fontd",
        exe=SPY,
        exe_state=ExeState.DELETED,
        cmdline=(SPY, "--token", "s3cr3t-token", "rtsp://cam:hunter2@198.51.100.7/live"),
        user="erika",
        uid=1000,
        ppid=2100,
        cwd="/home/erika",
        unit="fontd.service",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    )
    return process._replace(**changes)


def a_finding(**changes: Any) -> Finding:
    finding = Finding(
        check="hidden-holder",
        severity=Severity.HIGH,
        confidence=Confidence.HIGH,
        title="A program watches the camera in a way that ordinary tools do not show",
        explanation=(
            "The program fontd has the pictures of HD Webcam C270 mapped into its memory and has "
            "closed the file through which it got them, so task managers do not list it."
        ),
        evidence=(
            Evidence("Process 4242 maps /dev/video0", "/proc/4242/maps"),
            Evidence("uvcvideo counts 2 open files, 1 was found", "/sys/module/uvcvideo/refcnt"),
        ),
        remediation=(
            "Do not delete anything yet. Disconnect or cover the camera.",
            "Send this report to somebody whom you trust with computers.",
        ),
        subject=Subject(programs=(SPY,)),
        harmless=("A video program that crashed a moment ago can leave a mapping behind.",),
        technician=("Copy /proc/4242/exe before the process ends.", "Look at fontd.service."),
        signature=Signature(
            "camcheck-linux-0001",
            "Program in a hidden folder holds a camera",
            "camcheck contributors",
            "camcheck",
            ("https://attack.mitre.org/techniques/T1125/",),
        ),
    )
    return finding._replace(**changes)


def a_snapshot(**changes: Any) -> Snapshot:
    snapshot = Snapshot(
        host=Host(
            "Linux", "6.12.107", "#1 SMP Debian", "x86_64", "erikas-laptop", ("uvcvideo 1.1.1",)
        ),
        started_at=WHEN,
        finished_at=WHEN.replace(second=8),
        elevated=True,
        cameras=(
            a_camera(),
            a_camera(
                id=INFRARED,
                name="Integrated IR Camera",
                kind=CameraKind.INFRARED,
                serial=None,
                vendor_id="04f2",
                product_id="b6dd",
                location="usb 1-8",
                nodes=(Node("/dev/video2", NodeKind.CAPTURE, (81, 2)),),
            ),
        ),
        processes=(
            Process(
                1,
                WHEN.replace(hour=8),
                "systemd",
                "/usr/lib/systemd/systemd",
                ExeState.PRESENT,
                ("/sbin/init",),
                "root",
                0,
                0,
                "/",
                "init.scope",
                package="systemd",
            ),
            Process(
                2100,
                WHEN.replace(hour=8, minute=30),
                "systemd",
                "/usr/lib/systemd/systemd",
                ExeState.PRESENT,
                ("/usr/lib/systemd/systemd", "--user"),
                "erika",
                1000,
                1,
                "/",
                "user@1000.service",
                package="systemd",
            ),
            Process(
                3000,
                WHEN.replace(hour=18, minute=20),
                "firefox",
                "/usr/lib/firefox/firefox",
                ExeState.PRESENT,
                ("firefox",),
                "erika",
                1000,
                2100,
                "/home/erika",
                package="firefox",
            ),
            a_process(),
        ),
        holders=(
            Holder(CAMERA, 3000, WHEN.replace(hour=18, minute=20), Via.FD, "/dev/video0", "rw"),
            Holder(
                CAMERA,
                4242,
                WHEN.replace(hour=9),
                Via.MAPPING,
                "/dev/video0",
                "r",
                detail="4 buffers, no open file",
            ),
        ),
        references=(DriverReferences("uvcvideo", (CAMERA, INFRARED), 2, 1, measured=True),),
        captures=(
            Capture(
                CAMERA,
                CaptureState.ACTIVE,
                "Two witnesses say that frames flow.",
                (
                    Witness(
                        CAMERA,
                        "alternate setting",
                        "6",
                        "bAlternateSetting of 1-4:1.1",
                        CaptureState.ACTIVE,
                    ),
                    Witness(
                        CAMERA,
                        "transfer counter",
                        "+412 in 0.5 s",
                        "urbnum of 1-4",
                        CaptureState.ACTIVE,
                    ),
                    Witness(
                        CAMERA,
                        "runtime power",
                        "active",
                        "power/runtime_status",
                        None,
                        detail="also active when a program only has the camera open",
                    ),
                ),
            ),
            Capture(INFRARED, CaptureState.UNDETERMINED, "No witness could be read.", ()),
        ),
        indicators=(
            Indicator(
                CAMERA,
                IndicatorKind.LED,
                IndicatorState.NOT_OBSERVABLE,
                "USB webcam",
                Trust.FIRMWARE,
                "The camera's own firmware drives the light.",
            ),
            Indicator(
                CAMERA,
                IndicatorKind.DESKTOP_ICON,
                IndicatorState.OFF,
                "PipeWire nodes",
                Trust.SOFTWARE,
                "The desktop's icon shows PipeWire cameras only.",
            ),
        ),
        persistence=(
            PersistenceEntry(
                "systemd user unit",
                "/home/erika/.config/systemd/user/fontd.service",
                "fontd.service",
                SPY,
                "erika",
            ),
        ),
        connections=(
            Connection(
                4242, WHEN.replace(hour=9), "192.0.2.14:51544", "198.51.100.7:554", "ESTABLISHED"
            ),
        ),
        gaps=(
            Gap(
                Fact.CAPTURE,
                INFRARED,
                Reason.DENIED,
                "The power state of the infrared camera could not be read.",
            ),
        ),
    )
    return snapshot._replace(**changes)


def a_report(**changes: Any) -> Report:
    """The machine of a user who is watched: one hidden holder, one ordinary program."""
    snapshot = a_snapshot()
    report = Report(
        snapshot=snapshot,
        findings=(
            a_finding(),
            a_finding(
                check="camera-in-use",
                severity=Severity.INFO,
                title="firefox uses the camera",
                explanation="firefox has HD Webcam C270 open.",
                harmless=("A video call.",),
                evidence=(Evidence("Process 3000 has /dev/video0 open", "/proc/3000/fd"),),
                remediation=("If you are not in a video call, close firefox.",),
                subject=Subject(programs=("/usr/lib/firefox/firefox",)),
                technician=(),
                signature=None,
            ),
        ),
        gaps=(
            *snapshot.gaps,
            Gap(Fact.HISTORY, "earlier use", Reason.NOT_ASKED, "No monitor runs on this machine."),
        ),
        camcheck_version="0.1.0",
        rules_version="2026.03.01",
    )
    return report._replace(**changes)


def a_clear_report() -> Report:
    """Nothing found and nothing missed."""
    snapshot = a_snapshot(
        holders=(),
        references=(),
        connections=(),
        persistence=(),
        gaps=(),
        captures=(Capture(CAMERA, CaptureState.INACTIVE, "No witness says that frames flow.", ()),),
    )
    return a_report(snapshot=snapshot, findings=(), gaps=())


def an_incomplete_report() -> Report:
    """Nothing found, but not everything could be looked at."""
    snapshot = a_snapshot(holders=(), elevated=False, processes=())
    return a_report(snapshot=snapshot, findings=(), gaps=snapshot.gaps)
