"""How checks speak of cameras and programs: the same words everywhere."""

from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject, Texts
from camcheck.model import (
    Camera,
    Capture,
    CaptureState,
    Holder,
    NodeKind,
    Process,
    ProcessId,
    Role,
    Snapshot,
    Via,
)
from camcheck.program import program_file
from camcheck.typed import Protocol

WAYS = {
    Via.FD: "has it open",
    Via.THREAD_FD: "has it open in a thread that keeps its open files to itself",
    Via.MAPPING: "has its picture memory mapped",
    Via.IO_URING: "has it open inside an I/O ring (io_uring)",
    Via.IN_FLIGHT: "has an open file parked in a socket that nobody has received",
    Via.DMA_BUF: "shares its picture memory (DMA buffer)",
    Via.USBFS: "has its raw USB device open",
    Via.PIPEWIRE: "receives its pictures through PipeWire",
    Via.SENSOR_MONITOR: "uses it, says the system's sensor monitor",
    Via.CONSENT_STORE: "uses it, says the system's record of permissions",
    Via.SYSTEM_LOG: "uses it, says the system's log",
}

ROLES = {
    Role.FEEDS: "it feeds this virtual camera with pictures",
    Role.CLOSED: "opened and closed again before camcheck could look",
    Role.ONE_OF_SEVERAL: "which camera of several, the system does not say",
    Role.NOTED: "a note that other programs can write, too",
}
_LISTED = ("windows", "macos", "darwin")
"""Systems without a folder for each process (`Host.system` in lower case)."""


class Speaking(Protocol):
    """A check, as far as its findings carry what it says."""

    @property
    def id(self) -> str: ...
    @property
    def texts(self) -> Texts: ...


def finding(
    check: Speaking,
    severity: Severity,
    confidence: Confidence,
    *,
    title: str,
    subject: Subject,
    evidence: tuple[Evidence, ...],
    explanation: str | None = None,
) -> Finding:
    """A finding of the check, with the check's own texts where nothing else is said."""
    return Finding(
        check=check.id,
        severity=severity,
        confidence=confidence,
        title=title,
        explanation=explanation or check.texts.meaning,
        evidence=evidence,
        remediation=check.texts.steps,
        subject=subject,
        harmless=check.texts.harmless,
        technician=check.texts.technician,
    )


def camera_name(snapshot: Snapshot, camera: str) -> str:
    """What people call the camera; its id when the system tells no name."""
    for known in snapshot.cameras:
        if known.id == camera:
            return known.name
    return camera


def camera_of(snapshot: Snapshot, camera: str) -> Camera | None:
    return next((known for known in snapshot.cameras if known.id == camera), None)


def process_of(snapshot: Snapshot, identity: ProcessId) -> Process | None:
    return next((known for known in snapshot.processes if known.id == identity), None)


def program_name(process: Process | None) -> str:
    """A short name for a program: the file that runs, else the name that it gives itself."""
    if process is None:
        return "a program that has ended"
    if process.exe:
        return process.exe.rpartition("/")[2].rpartition("\\")[2] or process.exe
    return process.name


def program_subject(camera: str, process: Process | None) -> Subject:
    """Which program on which camera, never which process."""
    return Subject((camera,), () if process is None else (program_file(process) or process.name,))


def place_of(snapshot: Snapshot, pid: int) -> str:
    """Where the facts about a process were read, in the words of its system."""
    system = snapshot.host.system.lower()
    return f"list of processes, number {pid}" if system in _LISTED else f"/proc/{pid}"


def process_evidence(snapshot: Snapshot, process: Process | None) -> Evidence:
    """Who it is, in one line."""
    if process is None:
        return Evidence("The process ended before it could be described.", "list of processes")
    where = process.exe or "an executable that could not be read"
    parts = [f"process {process.pid} ({process.name}), program {where}"]
    parts += [f"user {process.user}"] if process.user else []
    parts += [f"started {process.started:%Y-%m-%d %H:%M:%S} UTC"] if process.started else []
    for label, value in (
        ("unit", process.unit),
        ("container", process.container),
        ("application", process.application),
        ("run by", process.supervisor),
    ):
        parts += [f"{label} {value}"] if value else []
    return Evidence(", ".join(parts), place_of(snapshot, process.pid))


def way_evidence(snapshot: Snapshot, holder: Holder) -> Evidence:
    """By what the process holds the camera."""
    how = WAYS[holder.via] + (f" ({holder.access})" if holder.access else "")
    remarks = (ROLES[holder.role] if holder.role else None, holder.detail)
    said = "".join(f"; {remark}" for remark in remarks if remark)
    return Evidence(f"It {how}: {holder.node}{said}", place_of(snapshot, holder.pid))


def held_by_process(snapshot: Snapshot) -> dict[tuple[str, ProcessId], list[Holder]]:
    """All ways of one process to one camera, together."""
    found: dict[tuple[str, ProcessId], list[Holder]] = {}
    for holder in snapshot.holders:
        found.setdefault((holder.camera, holder.process), []).append(holder)
    return found


def viewers(snapshot: Snapshot, camera: str) -> list[Holder]:
    """The holders that can be the ones a camera films for.

    A metadata or media node gives no pictures; a shared buffer belongs to somebody else's film.
    """
    known = camera_of(snapshot, camera)
    blank = {
        node.path
        for node in (known.nodes if known else ())
        if node.kind not in (NodeKind.CAPTURE, NodeKind.USB)
    }
    return [
        holder
        for holder in snapshot.holders
        if holder.camera == camera and holder.via is not Via.DMA_BUF and holder.node not in blank
    ]


def capture_of(snapshot: Snapshot, camera: str) -> Capture | None:
    return next((known for known in snapshot.captures if known.camera == camera), None)


def capture_evidence(capture: Capture) -> tuple[Evidence, ...]:
    """The judgement, and every witness that has an opinion."""
    words = {CaptureState.ACTIVE: "it films", CaptureState.INACTIVE: "it does not film"}
    told = [
        Evidence(f"{witness.name} is {witness.value}: {words[witness.says]}.", witness.source)
        for witness in capture.witnesses
        if witness.says in words
    ]
    judged = f"The camera is {capture.state.value}: {capture.reason}."
    return Evidence(judged, "all witnesses"), *told
