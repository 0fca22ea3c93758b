"""A camera is held by a program with an odd origin."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    finding,
    held_by_process,
    place_of,
    process_evidence,
    process_of,
    program_name,
    program_subject,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity
from camcheck.model import ExeState, Fact, Gap, Process, Reason, Snapshot

_SHARED_FOLDERS = ("/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/")  # noqa: S108 places to suspect


_TRAITS = {
    "exe": "which program file it runs",
    "preload": "which libraries were forced into it",
    "exe_state": "whether its path means the file that runs",
    "exe_writable_by": "who can change its program file",
}


class SuspiciousHolder:
    """The program is deleted, memory-only, writable by everyone, disguised, injected or traced."""

    id = "suspicious-holder"
    texts = TEXTS["suspicious-holder"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding | Gap]:
        """A finding, or a gap for what the system does not tell about where a holder comes from."""
        for camera, identity in held_by_process(snapshot):
            process = process_of(snapshot, identity)
            if not process:
                continue
            hidden = [_TRAITS[field] for field in process.unknown if field in _TRAITS]
            if hidden:
                yield _untold(process, hidden)
            oddities = list(_oddities(process))
            if not oddities:
                continue
            severity = max((severity for severity, _ in oddities), key=lambda level: level.rank)
            name = camera_name(snapshot, camera)
            yield finding(
                self,
                severity,
                Confidence.MEDIUM,
                title=f"{program_name(process)}, which has {name} open, has an odd origin",
                subject=program_subject(camera, process),
                evidence=(
                    *(
                        Evidence(f"{text}.", place_of(snapshot, process.pid))
                        for _, text in oddities
                    ),
                    *_starter(snapshot, process),
                    process_evidence(snapshot, process),
                ),
            )


def _starter(snapshot: Snapshot, process: Process) -> Iterator[Evidence]:
    """Who started a program that has no file of its own: a launcher, most often."""
    if process.exe_state not in (ExeState.MEMORY, ExeState.DELETED):
        return
    for parent in snapshot.processes:
        if parent.pid == process.ppid and parent.exe:
            yield Evidence(f"It was started by {parent.exe}.", place_of(snapshot, parent.pid))


def _untold(process: Process, hidden: list[str]) -> Gap:
    detail = f"The system does not tell {', '.join(hidden)}, so its origin could not be judged."
    subject = f"origin of {process.name} (process {process.pid})"
    return Gap(Fact.PROCESSES, subject, Reason.DENIED, detail)


def _oddities(process: Process) -> Iterator[tuple[Severity, str]]:
    temporary = _is_temporary(process)
    match process.exe_state:
        case ExeState.MEMORY:
            yield Severity.HIGH, "The program was never a file: it exists in memory only"
        case ExeState.DELETED:
            severity = Severity.HIGH if temporary else Severity.MEDIUM
            yield severity, "The program's file was deleted while it runs"
        case ExeState.REPLACED if not process.package:  # else a package was updated
            yield Severity.LOW, "The program's file was replaced while it runs, as an update does"
        case _ if temporary:
            yield Severity.LOW, "The program runs from a folder for temporary files"
    if process.exe_writable_by == "everyone":
        yield Severity.HIGH, "The program lies where every user can change it"
    if _poses_as_kernel(process):
        yield Severity.HIGH, "The program gives itself the name of a part of the system kernel"
    for library in process.preload:
        if library.startswith(_SHARED_FOLDERS) and not process.brings(library):
            yield Severity.HIGH, f"A library from a shared folder was forced into it: {library}"
    if process.tracer_pid:
        yield Severity.MEDIUM, f"Another process ({process.tracer_pid}) controls it as a debugger"


def _is_temporary(process: Process) -> bool:
    """Whether it runs from a shared folder: of an AppImage, whether the file itself lies there."""
    if not (process.exe or "").startswith(_SHARED_FOLDERS):
        return False
    image = process.appimage or ""
    return not image.startswith("/") or image.startswith(_SHARED_FOLDERS)


def _poses_as_kernel(process: Process) -> bool:
    """Only kernel threads have names in brackets, and those have no executable."""
    title = process.cmdline[0] if process.cmdline else ""
    named = title.startswith("[") and title.rstrip().endswith("]")
    return named and not process.kernel_thread and process.exe is not None
