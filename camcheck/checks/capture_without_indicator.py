"""A camera films while its light, which can be read, is dark."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, capture_evidence, capture_of, finding
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import CaptureState, Fact, IndicatorKind, IndicatorState, Snapshot, Trust

_WEIGHT = {
    Trust.KERNEL: (Severity.MEDIUM, Confidence.HIGH),
    Trust.PERSON: (Severity.MEDIUM, Confidence.MEDIUM),
    # A light that any program with root's rights switches was perhaps never tied to the camera.
    Trust.SOFTWARE: (Severity.LOW, Confidence.LOW),
}
_BY_WORD = (
    "The camera is filming at this moment, and you said that its light is dark; no program can "
    "read this light. On this computer a dark light does not tell that nobody watches."
)


class CaptureWithoutIndicator:
    """Frames flow while an indicator that can be read says off."""

    id = "capture-without-indicator"
    texts = TEXTS["capture-without-indicator"]
    needs = frozenset({Fact.CAMERAS, Fact.CAPTURE, Fact.INDICATORS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        for light in snapshot.indicators:
            capture = capture_of(snapshot, light.camera)
            if (
                capture is None
                or capture.state is not CaptureState.ACTIVE
                or light.kind is not IndicatorKind.LED
                or light.state is not IndicatorState.OFF
                or light.trust not in _WEIGHT
            ):
                continue
            severity, confidence = _WEIGHT[light.trust]
            found = finding(
                self,
                severity,
                confidence,
                title=f"{camera_name(snapshot, light.camera)} films while its light is dark",
                subject=Subject((light.camera,)),
                evidence=(
                    Evidence(f"The light: {light.reason}.", light.source),
                    *capture_evidence(capture),
                ),
            )
            yield _by_word(found) if light.trust is Trust.PERSON else found


def _by_word(found: Finding) -> Finding:
    """The finding of a light that the person saw: whose word it is, and nothing to see again."""
    return found._replace(
        title=f"{found.title}, by your own word",
        explanation=_BY_WORD,
        remediation=found.remediation[1:],
    )
