"""A process keeps everybody waiting who looks into it."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, finding, process_evidence, program_name
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import Fact, Process, Snapshot


class BlockedLook:
    """Who looks into the memory of a process waits for ever: ps, top and camcheck alike."""

    id = "blocked-look"
    title = "Whether a program keeps everybody waiting who looks into it"
    needs = frozenset({Fact.PROCESSES})
    meaning = (
        "Whoever asks the system for this program's command line or memory waits without end. "
        "camcheck stopped waiting and looked at everything else. A program can do that on purpose, "
        "to stop those who search for it, and it needs no special rights for it."
    )
    harmless = (
        "A network drive or an external disk that does not answer at the moment, with files that "
        "the program was reading.",
        "A fault of a disk or of its driver.",
    )
    steps = (
        "If a network drive or disk has gone away, connect it again or wait, then scan again.",
        "If it stays and you do not know the program, cover the camera, save a report and show it "
        "to somebody you trust.",
    )
    technician = (
        "Look at /proc/PID/task/*/stack as root: a thread that waits for a page of a file "
        "(fuse, nfs) while another one waits for the lock of the memory map is the pattern.",
        "What serves that file system is in /proc/PID/mountinfo; ending the server, or writing to "
        "/sys/fs/fuse/connections/NUMBER/abort, lets everybody go who waits.",
    )

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each program that blocks."""
        blocking: dict[tuple[str, str | None], list[Process]] = {}
        for process in snapshot.processes:
            if process.blocks:
                blocking.setdefault((process.exe or process.name, process.user), []).append(process)
        for (program, user), processes in blocking.items():
            pids = {process.id for process in processes}
            held = sorted({one.camera for one in snapshot.holders if one.process in pids})
            names = ", ".join(camera_name(snapshot, camera) for camera in held)
            what = (
                f"It holds {names}, say its open files."
                if held
                else "No camera is among its open files; what it has in its memory is not known."
            )
            yield finding(
                self,
                Severity.HIGH if held else Severity.MEDIUM,
                Confidence.MEDIUM,
                title=f"{program_name(processes[0])} keeps everybody waiting who looks into it",
                subject=Subject(tuple(held), (program,), user),
                evidence=(
                    *(process_evidence(snapshot, process) for process in processes),
                    Evidence("Who reads its memory map or command line waits.", "/proc/PID/maps"),
                    Evidence(what, "/proc/PID/fd"),
                ),
            )
