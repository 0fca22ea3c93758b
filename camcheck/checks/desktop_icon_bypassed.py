"""A camera films for a program that the desktop's camera icon cannot show."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    camera_of,
    capture_of,
    finding,
    process_evidence,
    process_of,
    program_name,
    program_subject,
    viewers,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity
from camcheck.model import (
    CameraKind,
    CaptureState,
    Fact,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Snapshot,
    Trust,
    Via,
)


class DesktopIconBypassed:
    """The icon is fed by PipeWire, and the frames do not come by PipeWire."""

    id = "desktop-icon-bypassed"
    texts = TEXTS["desktop-icon-bypassed"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS, Fact.CAPTURE, Fact.INDICATORS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Of Linux desktops only: what Windows and macOS show is no matter of PipeWire."""
        if snapshot.host.system.lower() in ("windows", "macos"):
            return
        for icon in snapshot.indicators:
            camera, capture = camera_of(snapshot, icon.camera), capture_of(snapshot, icon.camera)
            if (
                icon.kind is IndicatorKind.DESKTOP_ICON
                and icon.state is IndicatorState.OFF
                and icon.trust is Trust.SOFTWARE
                and capture is not None
                and capture.state is CaptureState.ACTIVE
                and camera is not None
                and camera.kind is CameraKind.PHYSICAL
            ):
                yield from self._programs(snapshot, icon)

    def _programs(self, snapshot: Snapshot, icon: Indicator) -> Iterator[Finding]:
        """One finding for each program that films past the icon."""
        name = camera_name(snapshot, icon.camera)
        filming = [h for h in viewers(snapshot, icon.camera) if h.via is not Via.PIPEWIRE]
        for identity in dict.fromkeys(holder.process for holder in filming):
            process = process_of(snapshot, identity)
            # The person at the screen has no other sign of what other users' programs do.
            foreign = process is not None and f"user {process.uid} " not in f"{icon.reason} "
            yield finding(
                self,
                Severity.LOW if foreign else Severity.INFO,
                Confidence.HIGH,
                title=f"{program_name(process)} films with {name}, and the icon does not show it",
                subject=program_subject(icon.camera, process),
                evidence=(
                    Evidence(f"{icon.reason}.", icon.source),
                    process_evidence(snapshot, process),
                ),
            )
