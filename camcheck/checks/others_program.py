"""A camera films for a program of another person of this computer that nobody vouches for."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    capture_evidence,
    capture_of,
    finding,
    process_evidence,
    process_of,
    program_name,
    viewers,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Finding, Severity, Subject
from camcheck.model import CameraKind, CaptureState, Fact, Process, Snapshot, Whose
from camcheck.program import origin, program_file, whose


class OthersProgram:
    """Another person's program, of no known origin, films or has the camera open."""

    id = "others-program"
    texts = TEXTS["others-program"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """Says nothing where it is not known who asks: then nobody is another person."""
        if snapshot.asker is None:
            return
        seen: set[Subject] = set()
        for camera in snapshot.cameras:
            if camera.kind is CameraKind.VIRTUAL:
                continue
            for holder in viewers(snapshot, camera.id):
                process = process_of(snapshot, holder.process)
                if process is None or whose(snapshot, process) is not Whose.ANOTHER:
                    continue
                program = program_file(process) or process.name
                subject = Subject((camera.id,), (program,), process.user)
                if origin(process) is not None or subject in seen:
                    continue
                seen.add(subject)
                yield self._found(snapshot, subject, process)

    def _found(self, snapshot: Snapshot, subject: Subject, process: Process) -> Finding:
        (camera,) = subject.cameras
        capture = capture_of(snapshot, camera)
        films = capture is not None and capture.state is CaptureState.ACTIVE
        verb = "films with" if films else "has open"
        return finding(
            self,
            Severity.MEDIUM if films else Severity.LOW,
            Confidence.HIGH,
            title=f"{program_name(process)} of {process.user} {verb} "
            f"{camera_name(snapshot, camera)}",
            subject=subject,
            evidence=(
                process_evidence(snapshot, process),
                *(capture_evidence(capture) if films and capture else ()),
            ),
        )
