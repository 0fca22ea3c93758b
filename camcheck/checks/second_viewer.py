"""While a camera films for one program, another one can see the pictures, too."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    capture_of,
    finding,
    process_evidence,
    process_of,
    program_name,
    way_evidence,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Finding, Severity, Subject
from camcheck.model import (
    CaptureState,
    Fact,
    Holder,
    NodeKind,
    Process,
    ProcessId,
    Role,
    Snapshot,
    Via,
)

_SEEING = (Via.MAPPING, Via.DMA_BUF, Via.PIPEWIRE)
_BROKERS = frozenset({"pipewire", "wireplumber"})
# What draws the screen is handed the pictures that a program shows.
_SCREENS = frozenset({"gnome-shell", "kwin_wayland", "kwin_x11", "Xorg", "Xwayland", "sway"})


class SecondViewer:
    """Frames of one film reach two unrelated programs."""

    id = "second-viewer"
    texts = TEXTS["second-viewer"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS, Fact.CAPTURE})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        for camera in snapshot.cameras:
            capture = capture_of(snapshot, camera.id)
            if capture is None or capture.state is not CaptureState.ACTIVE:
                continue
            groups = _groups(snapshot, camera.id)
            if len(groups) < 2:
                continue
            ways = [holder for group in groups for holder in group]
            severity, confidence = _weight(ways)
            programs = [process_of(snapshot, group[0].process) for group in groups]
            names = " and ".join(sorted({program_name(process) for process in programs}))
            subjects = sorted(
                {process.exe or process.name for process in programs if process is not None}
            )
            name = camera_name(snapshot, camera.id)
            yield finding(
                self,
                severity,
                confidence,
                title=f"{len(groups)} programs see what {name} films: {names}",
                subject=Subject((camera.id,), tuple(subjects)),
                evidence=(
                    *(process_evidence(snapshot, one) for one in programs),
                    *(way_evidence(snapshot, one) for one in ways),
                ),
            )


def _weight(ways: list[Holder]) -> tuple[Severity, Confidence]:
    """Sharing through PipeWire is what it is for; mapping another program's buffers is not."""
    mappers = {holder.process for holder in ways if holder.via is Via.MAPPING}
    if len(mappers) > 1:
        return Severity.MEDIUM, Confidence.HIGH
    if any(holder.via is Via.DMA_BUF for holder in ways):
        return Severity.LOW, Confidence.MEDIUM
    return Severity.LOW, Confidence.HIGH


def _groups(snapshot: Snapshot, camera: str) -> list[list[Holder]]:
    """The ways of those who see pictures, by family: parent and child are one program."""
    blank = {
        node.path
        for known in snapshot.cameras
        for node in known.nodes
        if known.id == camera and node.kind is not NodeKind.CAPTURE
    }
    seeing: dict[ProcessId, list[Holder]] = {}
    for holder in snapshot.holders:
        vague = holder.via is Via.DMA_BUF and holder.role is Role.ONE_OF_SEVERAL
        if holder.camera != camera or holder.via not in _SEEING or vague or holder.node in blank:
            continue
        process = process_of(snapshot, holder.process)
        if process and process.name not in _BROKERS | _SCREENS:
            seeing.setdefault(holder.process, []).append(holder)
    families: list[tuple[set[int], list[Holder]]] = []
    for identity, ways in seeing.items():
        line = _line(snapshot, identity)
        home = next((known for pids, known in families if pids & line), None)
        if home is None:
            families.append((line, list(ways)))
        else:
            home += ways
    return [ways for _, ways in families]


def _line(snapshot: Snapshot, identity: ProcessId) -> set[int]:
    """A process and those of its ancestors that run the same program file."""
    by_pid: dict[int, Process] = {process.pid: process for process in snapshot.processes}
    own = process_of(snapshot, identity)
    line, at = {identity.pid}, own
    while at and at.ppid and at.ppid in by_pid and at.ppid not in line:
        parent = by_pid[at.ppid]
        if own is None or parent.exe is None or parent.exe != own.exe:
            break
        line.add(parent.pid)
        at = parent
    return line
