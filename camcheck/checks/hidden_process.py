"""A process is missing from a list of processes in which it belongs."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, finding, process_evidence, program_name
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import Fact, Snapshot


class HiddenProcess:
    """The system runs a process that the usual list of processes leaves out."""

    id = "hidden-process"
    texts = TEXTS["hidden-process"]
    needs = frozenset({Fact.PROCESSES})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each process that is hidden."""
        for process in snapshot.processes:
            if not process.concealed:
                continue
            held = [one.camera for one in snapshot.holders if one.process == process.id]
            names = ", ".join(sorted({camera_name(snapshot, camera) for camera in held}))
            if held:
                what = f"It holds {names}."
            elif "holders" in process.unknown:
                what = "Whether it holds a camera could not be seen."
            else:
                what = "Whether it holds a camera was looked at: it does not."
            name = "" if process.name == "?" else f" ({program_name(process)})"
            yield finding(
                self,
                Severity.CRITICAL if held else Severity.HIGH,
                Confidence.HIGH if held else Confidence.MEDIUM,
                title=f"A process{name} is hidden from the list of processes",
                subject=Subject(
                    cameras=tuple(sorted(set(held))),
                    programs=(process.exe,) if process.exe else (),
                    user=process.user,
                    place="hidden process",
                ),
                evidence=(
                    Evidence(f"Process {process.pid} is {process.concealed}.", "/proc"),
                    *([process_evidence(snapshot, process)] if name else []),
                    Evidence(what, "/proc"),
                ),
            )
