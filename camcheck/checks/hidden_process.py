"""A process is missing from a list of processes in which it belongs."""

from collections.abc import Iterator

from camcheck.checks.phrases import camera_name, finding, process_evidence, program_name
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.model import Fact, Snapshot


class HiddenProcess:
    """The system runs a process that the usual list of processes leaves out."""

    id = "hidden-process"
    title = "Whether a process is kept out of the list of processes"
    needs = frozenset({Fact.PROCESSES})
    meaning = (
        "The computer runs a program that task managers and most tools do not list, because "
        "something keeps it out of the list. Ordinary software has no reason for that."
    )
    harmless = (
        "A security product or a tool for developers that covers its own process.",
        "A sandbox in which camcheck itself runs, and which covers a part of /proc.",
    )
    steps = (
        "Cover the camera.",
        "Do not delete anything yet: save a report and show it to somebody you trust, best from "
        "another device.",
        "Passwords that were typed on this computer can be known to others; change them elsewhere.",
    )
    technician = (
        "A library in /etc/ld.so.preload filters what every program sees: compare with a program "
        "that is linked statically (busybox), and look at the memory map of any process.",
        "A mount over /proc/PID stands in /proc/self/mountinfo.",
        "If only the kernel's own iterator shows it, suspect the kernel: look at the disk from "
        "another system.",
    )

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
