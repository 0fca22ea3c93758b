"""Builders for tests of the monitor: they hide what does not matter."""

from datetime import UTC, datetime, timedelta
from typing import Any

from camcheck.collect.watch import Counted, Seen, Sighting
from camcheck.findings import Confidence, Finding, Session, Severity, Subject
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    Holder,
    Host,
    Node,
    NodeKind,
    Process,
    Snapshot,
    Via,
)
from camcheck.monitor.clock import Instant

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CAM = "usb:1234:5678:A"
NODE = "/dev/video0"


def at(seconds: float) -> Instant:
    """A moment so many seconds after the start of the test's time."""
    return Instant(START + timedelta(seconds=seconds), 1000.0 + seconds)


def a_process(pid: int = 4242, **changes: Any) -> Process:
    process = Process(
        pid,
        START - timedelta(minutes=1),
        "zoom",
        "/opt/zoom/zoom",
        "present",
        ("/opt/zoom/zoom",),
        "erika",
        1000,
    )
    return process._replace(**changes)


def a_camera(**changes: Any) -> Camera:
    camera = Camera(
        CAM, "HD Webcam", Bus.USB, CameraKind.PHYSICAL, "uvcvideo",
        nodes=(Node(NODE, NodeKind.CAPTURE, (81, 0)),),
    )  # fmt: skip
    return camera._replace(**changes)


def a_snapshot(*holders: Process, **changes: Any) -> Snapshot:
    """A machine with one camera, held by these processes."""
    snapshot = Snapshot(
        host=Host("Linux", "6.18", "#1", "x86_64", "desk"),
        started_at=START,
        finished_at=START,
        elevated=True,
        cameras=(a_camera(),),
        processes=tuple(sorted(holders)),
        holders=tuple(
            Holder(CAM, process.pid, process.started, Via.FD, NODE) for process in sorted(holders)
        ),
    )
    return snapshot._replace(**changes)


def opened(process: Process | None, **changes: Any) -> Sighting:
    return Sighting(CAM, NODE, opened=True, process=process)._replace(**changes)


def closed(process: Process | None) -> Sighting:
    return Sighting(CAM, NODE, closed=True, process=process)


def a_finding(severity: Severity = Severity.HIGH, **changes: Any) -> Finding:
    finding = Finding(
        "suspicious-holder",
        severity,
        Confidence.HIGH,
        "zoom, which has HD Webcam open, has an odd origin",
        "Why.",
        (),
        ("Cover the camera.",),
        Subject((CAM,), ("/opt/zoom/zoom",)),
    )
    return finding._replace(**changes)


def a_session(**changes: Any) -> Session:
    session = Session(CAM, "HD Webcam", START, START + timedelta(seconds=30), a_process())
    return session._replace(**changes)


class FakeClock:
    """A clock that only the test moves."""

    def __init__(self) -> None:
        self.passed = self.jump = self.asleep = 0.0

    def now(self) -> Instant:
        moment = at(self.passed)
        return moment._replace(wall=moment.wall + timedelta(seconds=self.jump))

    def elapsed(self) -> float:
        return self.now().elapsed

    def awake(self) -> float:
        return self.now().elapsed - self.asleep


class FakeWatch:
    """A watch that tells what the test put into it, and lets the clock pass while it waits."""

    way = "test"
    limits: tuple[str, ...] = ()
    every = float("inf")

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.waiting: list[Seen] = []
        self.holders: frozenset[int] = frozenset()
        self.armed: list[tuple[str, ...]] = []
        self.stirs = False
        self.counters: dict[str, Counted] = {}
        self.counting: dict[str, Counted] = {}
        self.waits = 0

    def arm(self, cameras: tuple[Camera, ...]) -> None:
        self.armed.append(tuple(camera.id for camera in cameras))

    def listen(self, path: str) -> bool:
        return False

    def wait(self, timeout: float) -> Seen:
        self.waits += 1
        if self.waiting:
            return self.waiting.pop(0)
        self.clock.passed += timeout
        return Seen()

    def wake(self) -> None: ...

    def stirred(self) -> bool:
        stirs, self.stirs = self.stirs, False
        self.counters = dict(self.counting)
        return stirs

    def counted(self) -> dict[str, Counted]:
        return dict(self.counters)

    def holding(self, camera: str, pids: frozenset[int]) -> frozenset[int] | None:
        return self.holders & pids

    def close(self) -> None: ...
