"""A process keeps everybody waiting who looks into it."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, finding, process_evidence, program_name
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import Fact, Process, Snapshot


class BlockedLook:
    """Who looks into the memory of a process waits for ever: ps, top and camcheck alike."""

    id = "blocked-look"
    texts = TEXTS["blocked-look"]
    needs = frozenset({Fact.PROCESSES})

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
