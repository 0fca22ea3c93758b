"""A program has the camera's raw USB device open, past the camera driver."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    camera_of,
    finding,
    process_evidence,
    process_of,
    program_name,
    program_subject,
    way_evidence,
)
from camcheck.checks.sentences import TEXTS
from camcheck.fact import NamedTuple
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.known_programs import known_role
from camcheck.model import Camera, CameraKind, Fact, Holder, Snapshot, Via


class RawUsbHolder:
    """usbfs access: no /dev/video node, no desktop icon."""

    id = "raw-usb-holder"
    texts = TEXTS["raw-usb-holder"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        programs: dict[tuple[str, Subject], list[Holder]] = {}
        for holder in snapshot.holders:
            if holder.via is Via.USBFS:
                subject = program_subject(holder.camera, process_of(snapshot, holder.process))
                programs.setdefault((holder.camera, subject), []).append(holder)
        for (camera, subject), holders in programs.items():
            known = camera_of(snapshot, camera)
            claimed = _parts(known, "usbfs")
            processes = [process_of(snapshot, holder.process) for holder in holders]
            weight = _weight(known, holders)
            evidence = [
                line
                for process, holder in zip(processes, holders, strict=True)
                for line in (process_evidence(snapshot, process), way_evidence(snapshot, holder))
            ]
            role = known_role(processes[0]) if processes[0] else None
            program, name = program_name(processes[0]), camera_name(snapshot, camera)
            yield finding(
                self,
                weight.severity,
                weight.confidence,
                title=weight.title.format(program=program, camera=name),
                subject=subject,
                evidence=(*dict.fromkeys(evidence), _interfaces(known, claimed)),
                explanation=_explained(weight.explanation or self.texts.meaning, role),
            )


def _explained(meaning: str, role: str | None) -> str:
    return f"{meaning} What it is known for: {role}." if role else meaning


class _Weight(NamedTuple):
    """How much a raw opening says, and in which words."""

    severity: Severity
    confidence: Confidence
    title: str
    explanation: str | None = None


_STILL = _Weight(
    Severity.INFO,
    Confidence.HIGH,
    "{program} has the still camera {camera} open",
    "A still camera has no driver: only a program of its own can use it, directly over USB. "
    "Desktops open it by themselves to show its pictures. Some such cameras can film for a "
    "program, and from outside that looks the same as copying pictures.",
)
_LOOKS = _Weight(
    Severity.INFO,
    Confidence.HIGH,
    "{program} has the USB device of {camera} open, and the camera keeps its driver",
    "A program has the camera's USB device open and has taken no part of the camera from its "
    "driver, so no film goes this way now. Firmware updates (fwupd), phone tools (adb) and lists "
    "of devices (lsusb) do that.",
)
_FREE = _Weight(Severity.LOW, Confidence.MEDIUM, "{program} talks to {camera} past its driver")
_FILMS = _Weight(Severity.MEDIUM, Confidence.HIGH, "{program} talks to {camera} past its driver")


def _weight(camera: Camera | None, holders: list[Holder]) -> _Weight:
    """Who may only read can claim nothing and send nothing (usbdev_do_ioctl, core/devio.c)."""
    if camera and camera.kind is CameraKind.STILL:
        return _STILL
    if all(holder.access == "read" for holder in holders):
        return _LOOKS
    if _parts(camera, "usbfs"):
        return _FILMS
    # Of a camera that is gone, and of one without a driver, nothing says that no film flows.
    whole = camera is not None and camera.interfaces and not _parts(camera, "none")
    return _LOOKS if whole else _FREE


def _parts(camera: Camera | None, driver: str) -> list[str]:
    interfaces = camera.interfaces if camera else ()
    return [entry.partition("=")[0] for entry in interfaces if entry.endswith(f"={driver}")]


def _interfaces(camera: Camera | None, claimed: list[str]) -> Evidence:
    free = _parts(camera, "none")
    if camera and camera.kind is CameraKind.STILL:
        taken = (
            "has taken it, as it must to talk to it" if claimed else "has taken it at this moment"
        )
        text = f"{'A program' if claimed else 'No program'} {taken}."
    elif claimed:
        text = f"It has taken these parts of the camera from the driver: {', '.join(claimed)}."
    elif not camera or not camera.interfaces:
        text = "Which driver has the parts of the camera could not be read."
    elif free:
        text = f"No driver has these parts of the camera; anybody can take them: {', '.join(free)}."
    else:
        text = "The camera driver still has all parts of the camera, so no film goes this way now."
    return Evidence(text, "/sys/bus/usb/devices")
