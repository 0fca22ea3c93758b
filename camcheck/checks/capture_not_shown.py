"""A camera films while Windows or macOS shows nobody who uses it."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    finding,
    process_evidence,
    process_of,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import (
    EVERY_PROGRAM,
    Capture,
    CaptureState,
    Fact,
    Indicator,
    IndicatorKind,
    IndicatorState,
    Permit,
    Process,
    Snapshot,
    Via,
)
from camcheck.signatures.fields_of import Family

_SYSTEMS = ("windows", "macos")
"""On Linux the icon knows only some of the programs by design; another check speaks of that."""


class CaptureNotShown:
    """The system says that frames flow, and what it shows its user says that nobody gets them."""

    id = "capture-not-shown"
    texts = TEXTS["capture-not-shown"]
    needs = frozenset({Fact.CAMERAS, Fact.CAPTURE, Fact.HOLDERS, Fact.INDICATORS, Fact.HISTORY})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each camera that films unshown, or although its use is switched off."""
        if snapshot.host.system.lower() not in _SYSTEMS:
            return
        yield from self._although_off(snapshot)
        states = {capture.camera: capture for capture in snapshot.captures}
        for shown in snapshot.indicators:
            capture = states.get(shown.camera)
            if (
                shown.kind is IndicatorKind.DESKTOP_ICON
                and shown.state is IndicatorState.OFF
                and capture is not None
                and capture.state is CaptureState.ACTIVE
            ):
                yield self._finding(snapshot, shown, capture)

    def _although_off(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Films for programs that are no part of Windows, while the master switch is off."""
        switch = [
            one
            for one in snapshot.permissions
            if one.program == EVERY_PROGRAM and one.answer is Permit.DENIED and one.user is None
        ]
        active = [one for one in snapshot.captures if one.state is CaptureState.ACTIVE]
        for capture in active if switch else ():
            films = {one.process for one in snapshot.holders if one.camera == capture.camera}
            family = Family(snapshot)
            others = [
                one for one in sorted(films) if not _of_windows(process_of(snapshot, one), family)
            ]
            if others:
                yield finding(
                    self,
                    Severity.MEDIUM,
                    Confidence.MEDIUM,
                    title=f"{camera_name(snapshot, capture.camera)} films, although camera access "
                    "is switched off",
                    subject=Subject((capture.camera,), place=switch[0].source),
                    evidence=(
                        Evidence("Camera access is switched off in Windows.", switch[0].source),
                        Evidence(f"It films: {capture.reason}.", _source(capture)),
                        *(process_evidence(snapshot, process_of(snapshot, one)) for one in others),
                    ),
                )

    def _finding(self, snapshot: Snapshot, shown: Indicator, capture: Capture) -> Finding:
        watching = {
            holder.process
            for holder in snapshot.holders
            if holder.camera == shown.camera and holder.via is not Via.CONSENT_STORE
        }
        # A program that stands for itself is most often a forgotten one; nobody at all is not.
        known = bool(watching)
        return finding(
            self,
            Severity.LOW if known else Severity.MEDIUM,
            Confidence.LOW if known else Confidence.MEDIUM,
            title=f"{camera_name(snapshot, shown.camera)} films, and the system shows nobody",
            subject=Subject((shown.camera,)),
            evidence=(
                Evidence(f"{capture.reason[:1].upper()}{capture.reason[1:]}.", _source(capture)),
                Evidence(f"{shown.reason[:1].upper()}{shown.reason[1:]}.", shown.source),
                *(
                    process_evidence(snapshot, process_of(snapshot, one))
                    for one in sorted(watching)
                ),
            ),
        )


_PARTS = frozenset(
    "svchost sensordataservice wudfhost bioiso bioenrollmenthost logonui devicecensus".split()  # noqa: SIM905
)
"""Programs of Windows, in its own folder, that serve its sign-in by face or other programs."""


def _of_windows(process: Process | None, family: Family) -> bool:
    """A part of Windows, such as its sign-in by face, which the switch does not hold back."""
    path = (process.exe or "").casefold() if process else ""
    folder, _, name = path.rpartition("\\")
    return (
        process is not None
        and folder[1:] == ":\\windows\\system32"
        and name.removesuffix(".exe") in _PARTS
        and family.on_system_drive(process) == "true"
    )


def _source(capture: Capture) -> str:
    return ", ".join(dict.fromkeys(witness.source for witness in capture.witnesses))
