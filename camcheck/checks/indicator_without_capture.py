"""A camera's light or icon is on while the camera does not film."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, capture_evidence, capture_of, finding
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import CaptureState, Fact, IndicatorKind, IndicatorState, Snapshot, Trust

_SHOWN = {IndicatorKind.LED: "light", IndicatorKind.DESKTOP_ICON: "desktop's camera icon"}


class IndicatorWithoutCapture:
    """The indicator says on and every witness says that no frames flow."""

    id = "indicator-without-capture"
    title = "Whether a light or icon is on although the camera does not film"
    needs = frozenset({Fact.CAMERAS, Fact.CAPTURE, Fact.INDICATORS})
    meaning = (
        "The camera's light or icon is on, and yet the camera is not filming at this moment. That "
        "is not a danger by itself, but a light that is wrong in one direction may be wrong in the "
        "other."
    )
    harmless = (
        "A program that has just stopped: lights and icons can stay on for some seconds.",
        "A firmware that forgets to switch the light off until the next restart.",
        "On some laptops programs may switch this light on for other purposes.",
    )
    steps = (
        "Scan again in a minute.",
        "If it stays like this, restart the computer. If it comes back, show a report of it to "
        "somebody you trust.",
    )
    technician = ("Compare the light with `camcheck selftest`, and look for a firmware update.",)

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        for shown in snapshot.indicators:
            capture = capture_of(snapshot, shown.camera)
            if (
                capture is None
                or capture.state is not CaptureState.INACTIVE
                or shown.kind not in _SHOWN
                or shown.state is not IndicatorState.ON
            ):
                continue
            name = camera_name(snapshot, shown.camera)
            yield finding(
                self,
                Severity.LOW,
                Confidence.MEDIUM if shown.trust is Trust.KERNEL else Confidence.LOW,
                title=f"The {_SHOWN[shown.kind]} of {name} is on, and it does not film",
                subject=Subject((shown.camera,), place=shown.kind.value),
                evidence=(
                    Evidence(f"What is shown: {shown.reason}.", shown.source),
                    *capture_evidence(capture),
                ),
            )
