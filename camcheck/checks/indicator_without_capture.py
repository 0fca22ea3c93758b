"""A camera's light or icon is on while the camera does not film."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, capture_evidence, capture_of, finding
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import CaptureState, Fact, IndicatorKind, IndicatorState, Snapshot, Trust

_SHOWN = {IndicatorKind.LED: "light", IndicatorKind.DESKTOP_ICON: "desktop's camera icon"}


class IndicatorWithoutCapture:
    """The indicator says on and every witness says that no frames flow."""

    id = "indicator-without-capture"
    texts = TEXTS["indicator-without-capture"]
    needs = frozenset({Fact.CAMERAS, Fact.CAPTURE, Fact.INDICATORS})

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
