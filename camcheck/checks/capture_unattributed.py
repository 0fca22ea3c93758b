"""A camera films, and nobody is found who could be receiving it."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, camera_of, capture_evidence, finding, viewers
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Finding, Severity, Subject
from camcheck.model import Capture, CaptureState, Fact, Gap, Reason, Snapshot, Via


class CaptureUnattributed:
    """Frames flow, and no process is found that holds the camera."""

    id = "capture-unattributed"
    texts = TEXTS["capture-unattributed"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS, Fact.CAPTURE})

    def run(self, snapshot: Snapshot) -> Iterator[Finding | Gap]:
        """A finding, or a gap when somebody could not be looked at who may be the one."""
        for capture in snapshot.captures:
            if capture.state is not CaptureState.ACTIVE or _is_explained(snapshot, capture):
                continue
            if any(gap.fact in (Fact.HOLDERS, Fact.PROCESSES) for gap in snapshot.gaps):
                yield _unknown(snapshot, capture)
                continue
            name = camera_name(snapshot, capture.camera)
            camera = camera_of(snapshot, capture.camera)
            raw = camera is not None and camera.driver != "uvcvideo"
            yield finding(
                self,
                Severity.HIGH,
                Confidence.MEDIUM if raw else Confidence.HIGH,
                title=f"{name} is filming for somebody who cannot be found",
                subject=Subject((capture.camera,)),
                evidence=capture_evidence(capture),
            )


def _is_explained(snapshot: Snapshot, capture: Capture) -> bool:
    """Whether somebody holds the camera who can be the one.

    Who receives pictures from PipeWire does not: its process holds the camera for them. A node of
    PipeWire can call itself by the name of any camera, so its word alone explains no film.
    """
    return any(known.via is not Via.PIPEWIRE for known in viewers(snapshot, capture.camera))


def _unknown(snapshot: Snapshot, capture: Capture) -> Gap:
    detail = (
        f"{camera_name(snapshot, capture.camera)} is filming at this moment, and the program is "
        "not among those that camcheck may look into. That is usual for other people's programs "
        "and some browsers. Run camcheck as administrator (sudo) to see which it is."
    )
    return Gap(Fact.HOLDERS, f"who films with {capture.camera}", Reason.DENIED, detail)
