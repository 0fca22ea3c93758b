"""A camera is not what it was when the user had it remembered."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_of, finding
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import CameraPrint, Fact, Gap, Reason, Snapshot

_INPUT = "03/"  # USB class of keyboards and mice


class CameraChanged:
    """Descriptors, firmware or functions of a remembered camera differ, or it is gone."""

    id = "camera-changed"
    texts = TEXTS["camera-changed"]
    needs = frozenset({Fact.CAMERAS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding | Gap]:
        now = {known.camera: known for known in snapshot.prints}
        for before in snapshot.remembered:
            after = now.get(before.camera)
            if after is None:
                yield self._absent(snapshot, before)
            elif changes := list(_changes(before, after)):
                keyboard = any(text.startswith(_INPUT) for text in _new(before, after))
                yield finding(
                    self,
                    Severity.HIGH if keyboard else Severity.MEDIUM,
                    Confidence.HIGH,
                    title=f"{after.name} is not what it was when it was remembered",
                    subject=Subject((before.camera,)),
                    evidence=tuple(Evidence(text, "USB descriptors") for text in changes),
                )

    def _absent(self, snapshot: Snapshot, before: CameraPrint) -> Finding | Gap:
        if camera_of(snapshot, before.camera):
            detail = f"What {before.name} says of itself could not be read, so not compared."
            return Gap(Fact.CAMERAS, before.camera, Reason.DENIED, detail)
        return finding(
            self,
            Severity.INFO,
            Confidence.HIGH,
            title=f"{before.name} was remembered and is not there",
            subject=Subject((before.camera,)),
            evidence=(Evidence("No camera of that identity is plugged in.", "list of cameras"),),
            explanation="Most often it was simply unplugged. If it is built in, somebody took it "
            "from the system, for a virtual machine or in the settings of the firmware.",
        )


def _new(before: CameraPrint, after: CameraPrint) -> list[str]:
    """Functions that came, each as often as it came."""
    known = list(before.interfaces)
    came = []
    for text in after.interfaces:
        if text in known:
            known.remove(text)
        else:
            came.append(text)
    return came


def _changes(before: CameraPrint, after: CameraPrint) -> Iterator[str]:
    if before.firmware != after.firmware:
        yield f"Its firmware was {before.firmware} and is {after.firmware}."
    for text in _new(before, after):
        what = "a keyboard or mouse" if text.startswith(_INPUT) else "a function"
        yield f"It has {what} that it did not have ({text})."
    if before.driver != after.driver:
        yield f"Its driver was {before.driver or 'none'} and is {after.driver or 'none'}."
    if before.descriptors != after.descriptors and before.firmware == after.firmware:
        yield "What it says of itself has changed, though its firmware's number is the same."
