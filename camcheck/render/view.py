"""What a reader wants to see together: cameras with their witnesses, programs with their kin."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from camcheck.fact import NamedTuple
from camcheck.findings import Confidence, Finding, Report, Severity
from camcheck.model import (
    Camera,
    CameraUse,
    Capture,
    CaptureState,
    Connection,
    DriverReferences,
    Fact,
    Gap,
    Holder,
    Indicator,
    IndicatorKind,
    IndicatorState,
    PersistenceEntry,
    Process,
    ProcessId,
    Witness,
)
from camcheck.program import program_file
from camcheck.render import remembered, words
from camcheck.render.kin import Known, Relative

_SEARCH = (Fact.HOLDERS, Fact.PROCESSES)
_PROGRAMS = 100  # each is looked for in all that starts by itself
_Item = TypeVar("_Item")


class Use(NamedTuple):
    """One program's hold on one camera; ``process`` is None when nothing is known of it."""

    holder: Holder
    process: Process | None

    @property
    def name(self) -> str:
        return self.process.name if self.process else "a program that could not be looked at"


# What tells the user that a camera is in use; a shutter and a setting tell something else.
_SHOWN = (IndicatorKind.LED, IndicatorKind.DESKTOP_ICON, IndicatorKind.ON_SCREEN_NOTICE)


class Examined(NamedTuple):
    """One camera and everything that speaks about it. ``unsearched`` tells that not every program
    could be asked whether it holds a camera.
    """

    camera: Camera
    capture: Capture | None
    uses: tuple[Use, ...]
    indicators: tuple[Indicator, ...]
    references: tuple[DriverReferences, ...]
    gaps: tuple[Gap, ...]
    unsearched: bool

    @property
    def state(self) -> CaptureState:
        return self.capture.state if self.capture else CaptureState.UNDETERMINED

    @property
    def witnesses(self) -> tuple[Witness, ...]:
        return self.capture.witnesses if self.capture else ()

    @property
    def sentence(self) -> str:
        """The camera's situation in one line."""
        count = len({(use.holder.pid, use.holder.started) for use in self.uses})
        who = {0: "no program was seen that holds it", 1: "one program holds it"}.get(
            count, f"{count} programs hold it"
        )
        lights = {item.state for item in self.indicators if item.kind in _SHOWN}
        if IndicatorState.ON in lights:
            shown = "an indicator says that it is in use"
        elif IndicatorState.OFF in lights:
            shown = "an indicator that could be read is off"
        else:
            shown = "no indicator of it can be read"
        return f"{words.CAPTURE[self.state]}; {who}; {shown}."


class Program(NamedTuple):
    """A program that matters, with what else the machine tells about it."""

    process: Process
    why: str
    connections: tuple[Connection, ...]
    starts: tuple[PersistenceEntry, ...]


class Moment(NamedTuple):
    """One line of the timeline."""

    at: datetime
    text: str


def cameras(report: Report) -> list[Examined]:
    """Every camera of the report, in its order, with what belongs to it."""
    snapshot = report.snapshot
    known = {process.id: process for process in snapshot.processes}
    captures = {capture.camera: capture for capture in snapshot.captures}
    uses = _grouped((one.camera, Use(one, known.get(one.process))) for one in snapshot.holders)
    shown = _grouped((one.camera, one) for one in snapshot.indicators)
    gaps = _grouped((gap.subject, gap) for gap in report.gaps)
    references = _grouped((camera, one) for one in snapshot.references for camera in one.cameras)
    unsearched = any(gap.fact in _SEARCH for gap in report.gaps)
    return [
        Examined(
            camera,
            captures.get(camera.id),
            tuple(uses.get(camera.id, ())),
            tuple(shown.get(camera.id, ())),
            tuple(dict.fromkeys(references.get(camera.id, ()))),
            tuple(gaps.get(camera.id, ())),
            unsearched,
        )
        for camera in snapshot.cameras
    ]


def _grouped(pairs: Iterable[tuple[str, _Item]]) -> dict[str, list[_Item]]:
    groups: dict[str, list[_Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups


def findings(report: Report) -> list[Finding]:
    """The findings, worst and surest first."""
    return _by_weight(report.findings)


def earlier(report: Report) -> list[Finding]:
    """What the monitor found in the last days, what nobody has answered and is no finding now."""
    now = {finding.fingerprint for finding in report.findings}
    past = {
        finding.fingerprint: finding
        for session in report.past
        if not session.answered
        for finding in session.findings
        if finding.severity.rank
    }
    return _by_weight(one for name, one in past.items() if name not in now)


def _by_weight(found: Iterable[Finding]) -> list[Finding]:
    order = list(Confidence)
    return sorted(
        found,
        key=lambda item: (-item.severity.rank, -order.index(item.confidence), item.fingerprint),
    )


def programs(report: Report) -> list[Program]:
    """The programs that hold a camera or that a finding is about; of very many, the first ones."""
    reasons, known = _reasons(report), Known(report)
    wanted = [process for process in report.snapshot.processes if process.id in reasons]
    return [
        Program(
            process,
            reasons[process.id],
            tuple(known.connections.get(process.id, ())),
            tuple(known.starts(process.exe)),
        )
        for process in wanted[:_PROGRAMS]
    ]


def tree(report: Report) -> list[Relative]:
    """The programs that matter below their ancestors, as lines from the top to the leaves."""
    reasons = _reasons(report)
    wanted = [process for process in report.snapshot.processes if process.id in reasons]
    return Known(report).lines(wanted, reasons)


def timeline(report: Report) -> list[Moment]:
    """What is known to have happened and when, oldest first: history, starts, the scan itself."""
    names = {camera.id: camera.name for camera in report.snapshot.cameras}
    moments = [
        Moment(item.at, f"{names.get(item.camera, item.camera)}: {item.text}")
        for item in report.timeline
    ]
    moments += [
        Moment(program.process.started, f"{program.process.name} was started")
        for program in programs(report)
        if program.process.started
    ]
    name = remembered.system_name(report.snapshot.host.system)
    moments += [
        Moment(use.began, f"{remembered.sentence(use)}; {use.program}, {_noted(name, use)}")
        for use in report.snapshot.history
    ]
    moments.append(Moment(report.snapshot.started_at, "camcheck looked at this computer"))
    return sorted(moments)


def _noted(name: str, use: CameraUse) -> str:
    return f"remembered by {name} ({remembered.origin(use)}), not seen by camcheck"


def _reasons(report: Report) -> dict[ProcessId, str]:
    reasons = {holder.process: "holds a camera" for holder in report.snapshot.holders}
    subjects = {
        program
        for finding in report.findings
        if finding.severity is not Severity.INFO
        for program in (*finding.subject.programs, finding.subject.place)
    }
    for process in report.snapshot.processes:
        if (program_file(process) or process.name) in subjects:
            known = reasons.get(process.id)
            reasons[process.id] = f"{known}, see findings" if known else "see findings"
    return reasons
