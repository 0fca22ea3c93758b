"""Capture facts: whether pictures flow, by witnesses that need no opening of the camera.

Counters are read twice: once before the search for holders and once after it, so that the time
between costs little. A camera that is plainly idle is read once; one that nothing but its transfers
could betray is read three times, because a moment's adjustment looks the same at first.
"""

import time
from collections.abc import Mapping
from types import MappingProxyType

from camcheck.collect.linux.capture.reading import Reading, read
from camcheck.collect.linux.capture.rules import decide
from camcheck.collect.linux.capture.selftest_record import NONE, WitnessRecord, without_silent
from camcheck.collect.linux.capture.witnesses import judge_capture, signs
from camcheck.collect.linux.kernel.system import Roots
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

    def __init__(
        self,
        roots: Roots,
        cameras: tuple[Camera, ...],
        records: Mapping[str, WitnessRecord] = MappingProxyType({}),
    ) -> None:
        self._roots, self._cameras, self._records = roots, cameras, records
        self._began = time.monotonic()
        self._first = {camera.id: read(roots, camera) for camera in cameras}
        self._second: dict[str, Reading] = {}
        self._third: dict[str, Reading] = {}
        self._span = 0.0

    def look_again(self) -> None:
        """Reads the doubtful cameras once more, `WINDOW` after the first look at the earliest."""
        doubtful = [c for c in self._cameras if self._needs_second_look(c)]
        if doubtful:
            time.sleep(max(0.0, self._began + WINDOW - time.monotonic()))
        self._span = time.monotonic() - self._began
        self._second = {camera.id: read(self._roots, camera) for camera in doubtful}
        moving = [camera for camera in doubtful if self._merely_moves(camera)]
        if moving:
            time.sleep(WINDOW)
        self._third = {camera.id: read(self._roots, camera) for camera in moving}

    def _known(self, camera: Camera) -> WitnessRecord:
        return self._records.get(camera.id, NONE)

    def _needs_second_look(self, camera: Camera) -> bool:
        return needs_second_look(camera, self._first[camera.id], self._known(camera))

    def _merely_moves(self, camera: Camera) -> bool:
        seen = signs(camera, self._first[camera.id], self._second[camera.id])
        return decide(without_silent(seen, self._known(camera))).id == "moving"

    def judge(
        self, further: Mapping[str, tuple[Witness, ...]]
    ) -> tuple[tuple[Capture, ...], tuple[Gap, ...]]:
        """The capture state of each camera. ``further`` are witnesses that are no reading."""
        captures, gaps = [], []
        for camera in self._cameras:
            first, second = self._first[camera.id], self._second.get(camera.id)
            capture = judge_capture(
                camera,
                first,
                second,
                third=self._third.get(camera.id),
                span=self._span,
                further=further.get(camera.id, ()),
                known=self._known(camera),
            )
            captures.append(capture)
            gaps += undetermined_gap(camera, capture)
        return tuple(sorted(captures)), tuple(gaps)


def needs_second_look(camera: Camera, first: Reading, known: WitnessRecord = NONE) -> bool:
    """Whether the first look leaves a doubt that counters can settle."""
    seen = without_silent(signs(camera, first, None), known)
    return camera.bus is Bus.USB and not decide(seen).settled


def undetermined_gap(camera: Camera, capture: Capture) -> list[Gap]:
    """An undetermined state is told as a gap, except of virtual cameras, which see no room.

    Of a still camera nobody can tell, so that who has it is what is told (check raw-usb-holder).
    """
    quiet = camera.kind in (CameraKind.VIRTUAL, CameraKind.STILL)
    if capture.state is not CaptureState.UNDETERMINED or quiet:
        return []
    detail = f"Whether {camera.name} is filming cannot be told: {capture.reason}."
    return [Gap(Fact.CAPTURE, camera.id, Reason.MISSING, detail)]
