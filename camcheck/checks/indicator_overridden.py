"""A camera's light is set to stay dark, or may be set so because its protection was taken away."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, capture_of, finding
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import (
    CaptureState,
    Fact,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Snapshot,
)


class IndicatorOverridden:
    """Logitech-type setting of the light is "off", or the kernel's guard over it is."""

    id = "indicator-overridden"
    texts = TEXTS["indicator-overridden"]
    needs = frozenset({Fact.CAMERAS, Fact.CAPTURE, Fact.INDICATORS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        for row in snapshot.indicators:
            if row.state is not IndicatorState.OFF:
                continue
            name = camera_name(snapshot, row.camera)
            if row.kind is IndicatorKind.LED_MODE:
                capture = capture_of(snapshot, row.camera)
                filming = capture is not None and capture.state is CaptureState.ACTIVE
                severity = Severity.MEDIUM if filming else Severity.LOW
                yield self._found(row, severity, f"The light of {name} is set to stay dark")
            elif row.kind is IndicatorKind.LED_PROTECTION:
                title = f"Programs may switch off the light of {name}: its protection was lifted"
                yield self._found(row, Severity.LOW, title)

    def _found(self, row: Indicator, severity: Severity, title: str) -> Finding:
        return finding(
            self,
            severity,
            Confidence.HIGH,
            title=title,
            subject=Subject((row.camera,), place=row.kind.value),
            evidence=(Evidence(f"{row.reason}.", row.source),),
        )
