"""A camera was taken away from the system's camera driver."""

from collections.abc import Iterator

from camcheck.checks.phrases import capture_evidence, capture_of, finding, viewers
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import Camera, CameraKind, CaptureState, Fact, Snapshot, Via

_RAW = {
    "usbfs": "a program talks to it directly over USB",
    "usbip-host": "it is lent to another computer over the network",
    "vfio-pci": "it was handed to a virtual machine",
}


class CameraTakenOver:
    """An interface of the camera is bound to something else than the camera driver."""

    id = "camera-taken-over"
    texts = TEXTS["camera-taken-over"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS, Fact.CAPTURE})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        blind = any(gap.fact in (Fact.HOLDERS, Fact.PROCESSES) for gap in snapshot.gaps)
        for camera in snapshot.cameras:
            # A still camera has no driver: programs of its own talk to it, and that is no taking.
            ordinary = {"none", "usbfs"} if camera.kind is CameraKind.STILL else set()
            entries = [entry for entry in camera.interfaces if _by(entry) not in ordinary]
            taken = [entry for entry in entries if _by(entry) in _RAW]
            loose = [entry for entry in entries if _by(entry) == "none"]
            if taken:
                yield self._taken(snapshot, camera, taken, blind=blind)
            elif loose:
                text = f"These parts of the camera have no driver: {_names(loose)}."
                whole = len(loose) == len(entries)
                yield finding(
                    self,
                    Severity.INFO,
                    Confidence.HIGH,
                    title=f"{camera.name} is plugged in, and no driver uses it"
                    if whole
                    else f"A part of {camera.name} has no driver",
                    subject=Subject((camera.id,)),
                    evidence=(Evidence(text, "/sys/bus/usb/devices"),),
                )

    def _taken(
        self, snapshot: Snapshot, camera: Camera, taken: list[str], *, blind: bool
    ) -> Finding:
        capture = capture_of(snapshot, camera.id)
        filming = capture is not None and capture.state is CaptureState.ACTIVE
        by_usbfs = any(_by(entry) == "usbfs" for entry in taken)
        # Who may only read cannot have claimed anything (usbdev_do_ioctl, usb/core/devio.c).
        known = any(
            holder.via is Via.USBFS and holder.access != "read"
            for holder in viewers(snapshot, camera.id)
        )
        hidden = by_usbfs and not known and not blind
        how = "; ".join(sorted({_RAW[_by(entry)] for entry in taken}))
        text = f"{how[0].upper()}{how[1:]}: {_names(taken)} no longer belong to the camera driver."
        return finding(
            self,
            Severity.HIGH if hidden else Severity.MEDIUM,
            Confidence.HIGH,
            title=f"{camera.name} was taken from its driver" + (" and films" if filming else ""),
            subject=Subject((camera.id,)),
            evidence=(
                Evidence(text, "/sys/bus/usb/devices"),
                *(capture_evidence(capture) if capture else ()),
            ),
        )


def _by(interface: str) -> str:
    return interface.partition("=")[2]


def _names(interfaces: list[str]) -> str:
    return ", ".join(entry.partition("=")[0] for entry in interfaces)
