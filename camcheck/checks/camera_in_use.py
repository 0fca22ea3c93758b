"""Somebody has a camera open."""

from collections.abc import Iterator

from camcheck.checks.wording import (
    camera_name,
    camera_of,
    finding,
    held_by_process,
    process_evidence,
    process_of,
    program_name,
    program_subject,
    way_evidence,
)
from camcheck.findings import Confidence, Finding, Severity
from camcheck.model import CameraKind, Fact, Snapshot, Via

_BROKERS = {
    "pipewire": "PipeWire hands cameras to programs that you allow",
    "wireplumber": "WirePlumber looks after cameras and microphones for PipeWire",
}


class CameraInUse:
    """A process holds a camera. Holding is not capturing."""

    id = "camera-in-use"
    title = "Which programs have a camera open"
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})
    meaning = (
        "A program has the camera open. That alone is no sign of anything bad: it is what every "
        "video call does. Having a camera open does not yet mean that it films."
    )
    harmless = (
        "A video call, a browser tab with a call, a camera app or a recording that you started.",
        "PipeWire or WirePlumber, which look after cameras for other programs.",
        "Login by face (Howdy), or a program that adjusts the screen to the light in the room.",
        "A virtual camera: the program that feeds it looks like one that watches it.",
    )
    steps = (
        "If you know the program and expect it to use the camera now, there is nothing to do.",
        "If you do not know it, write down its name, cover the camera, and ask somebody you trust "
        "to look at this report before you change anything.",
    )
    technician = (
        "Follow the chain of parents: what started the program, and does the user know it?",
        "Compare with the capture state of the camera: an idle holder is most often a broker.",
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each program on each camera."""
        seen = set()
        for (camera, identity), holders in held_by_process(snapshot).items():
            process = process_of(snapshot, identity)
            subject = program_subject(camera, process)
            if subject in seen or all(holder.via is Via.USBFS for holder in holders):
                continue
            seen.add(subject)
            name, program = camera_name(snapshot, camera), program_name(process)
            known = camera_of(snapshot, camera)
            what = "virtual camera" if known and known.kind is CameraKind.VIRTUAL else "camera"
            broker = _BROKERS.get(program)
            yield finding(
                self,
                Severity.INFO,
                Confidence.HIGH,
                title=f"{program} has the {what} {name} open",
                subject=subject,
                evidence=(process_evidence(process), *map(way_evidence, holders)),
                explanation=f"{self.meaning} {broker}." if broker else None,
            )
