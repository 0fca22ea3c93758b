"""What a reader wants to see together: cameras with their witnesses, programs with their kin."""

from datetime import datetime
from typing import NamedTuple

from camcheck.findings import Finding, Report, Severity
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

_SEARCH = (Fact.HOLDERS, Fact.PROCESSES)
_DEEPEST = 64  # ancestors; a report from a stranger could hold a chain without end


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


class Relative(NamedTuple):
    """A line of the process tree: ``depth`` below the first ancestor, ``why`` it is of interest."""

    process: Process
    depth: int
    why: str | None


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
    return [
        Examined(
            camera,
            captures.get(camera.id),
            tuple(
                Use(holder, known.get(holder.process))
                for holder in snapshot.holders
                if holder.camera == camera.id
            ),
            tuple(item for item in snapshot.indicators if item.camera == camera.id),
            tuple(item for item in snapshot.references if camera.id in item.cameras),
            tuple(gap for gap in report.gaps if gap.subject == camera.id),
            any(gap.fact in _SEARCH for gap in report.gaps),
        )
        for camera in snapshot.cameras
    ]


def findings(report: Report) -> list[Finding]:
    """The findings, worst and surest first."""
    order = list(type(report.findings[0].confidence)) if report.findings else []
    return sorted(
        report.findings,
        key=lambda item: (-item.severity.rank, -order.index(item.confidence), item.fingerprint),
    )


def programs(report: Report) -> list[Program]:
    """The programs that hold a camera or that a finding is about."""
    snapshot = report.snapshot
    reasons = _reasons(report)
    return [
        Program(
            process,
            reasons[process.id],
            tuple(
                item
                for item in snapshot.connections
                if (item.pid, item.started) == (process.pid, process.started)
            ),
            tuple(
                item for item in snapshot.persistence if process.exe and process.exe in item.command
            ),
        )
        for process in snapshot.processes
        if process.id in reasons
    ]


def tree(report: Report) -> list[Relative]:
    """The programs that matter below their ancestors, as lines from the top to the leaves."""
    reasons = _reasons(report)
    by_pid = {process.pid: process for process in report.snapshot.processes}
    shown: dict[ProcessId, Process] = {}
    for process in report.snapshot.processes:
        if process.id in reasons:
            shown.update({item.id: item for item in _ancestors(process, by_pid=by_pid)})
    children: dict[ProcessId | None, list[Process]] = {}
    for process in shown.values():
        parent = _parent(process, by_pid=by_pid)
        above = parent.id if parent and parent.id in shown else None
        children.setdefault(above, []).append(process)
    return _lines(children, reasons)


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


def _parent(process: Process, *, by_pid: dict[int, Process]) -> Process | None:
    """The parent, unless its number was given to somebody else since."""
    parent = by_pid.get(process.ppid or 0)
    if parent is None or parent.pid == process.pid:
        return None
    if process.started and parent.started and parent.started > process.started:
        return None
    return parent


def _ancestors(process: Process, *, by_pid: dict[int, Process]) -> list[Process]:
    chain = [process]
    while len(chain) < _DEEPEST and (parent := _parent(chain[-1], by_pid=by_pid)):
        if parent in chain:
            break
        chain.append(parent)
    return chain


def _lines(
    children: dict[ProcessId | None, list[Process]], reasons: dict[ProcessId, str]
) -> list[Relative]:
    lines = []
    waiting = [(process, 0) for process in reversed(children.get(None, []))]
    while waiting:
        process, depth = waiting.pop()
        lines.append(Relative(process, depth, reasons.get(process.id)))
        waiting += [(child, depth + 1) for child in reversed(children.pop(process.id, []))]
    # a stranger's report can hold a circle of parents, which no top leads to
    circles = [item for key, group in children.items() if key for item in group]
    return lines + [Relative(item, 0, reasons.get(item.id)) for item in circles]
