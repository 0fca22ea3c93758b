"""Capture facts: whether pictures flow, by witnesses that need no opening of the camera.

Counters are read twice: once before the search for holders and once after it, so that the time
between costs little. A camera that is plainly idle is read once.
"""

import time

from camcheck.collect.linux.capture_reading import Reading, read
from camcheck.collect.linux.capture_rules import decide
from camcheck.collect.linux.capture_witnesses import judge_capture, signs
from camcheck.collect.linux.system import Roots
from camcheck.model import (
    Bus,
    Camera,
    CameraKind,
    Capture,
    CaptureState,
    Fact,
    Gap,
    Reason,
    Witness,
)

WINDOW = 0.25  # seconds between two looks: at 20 transfers a second, five must have come


class CaptureLook:
    """The first look at all cameras. `look_again` takes the second where one is needed."""

    def __init__(self, roots: Roots, cameras: tuple[Camera, ...]) -> None:
        self._roots, self._cameras = roots, cameras
        self._began = time.monotonic()
        self._first = {camera.id: read(roots, camera) for camera in cameras}
        self._second: dict[str, Reading] = {}
        self._span = 0.0

    def look_again(self) -> None:
        """Reads the doubtful cameras once more, `WINDOW` after the first look at the earliest."""
        doubtful = [c for c in self._cameras if needs_second_look(c, self._first[c.id])]
        if doubtful:
            time.sleep(max(0.0, self._began + WINDOW - time.monotonic()))
        self._span = time.monotonic() - self._began
        self._second = {camera.id: read(self._roots, camera) for camera in doubtful}

    def judge(self, probed: dict[str, Witness]) -> tuple[tuple[Capture, ...], tuple[Gap, ...]]:
        """The capture state of each camera. ``probed`` are answers of the opt-in probe."""
        captures, gaps = [], []
        for camera in self._cameras:
            first, second = self._first[camera.id], self._second.get(camera.id)
            answer = probed.get(camera.id)
            capture = judge_capture(camera, first, second, span=self._span, probed=answer)
            captures.append(capture)
            gaps += undetermined_gap(camera, capture)
        return tuple(sorted(captures)), tuple(gaps)


def needs_second_look(camera: Camera, first: Reading) -> bool:
    """Whether the first look leaves a doubt that counters can settle."""
    return camera.bus is Bus.USB and not decide(signs(camera, first, None)).settled


def undetermined_gap(camera: Camera, capture: Capture) -> list[Gap]:
    """An undetermined state is told as a gap, except of virtual cameras, which see no room."""
    if capture.state is not CaptureState.UNDETERMINED or camera.kind is CameraKind.VIRTUAL:
        return []
    detail = f"Whether {camera.name} is filming cannot be told: {capture.reason}."
    return [Gap(Fact.CAPTURE, camera.id, Reason.MISSING, detail)]
