"""Somebody has a camera open."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    camera_of,
    finding,
    held_by_process,
    process_evidence,
    process_of,
    program_name,
    program_subject,
    way_evidence,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity, Subject
from camcheck.known_programs import known_role
from camcheck.model import (
    CameraKind,
    Fact,
    Holder,
    Process,
    Role,
    Snapshot,
    Via,
)
from camcheck.program import born_with

_ELSEWHERE = frozenset({Via.USBFS, Via.IN_FLIGHT})  # checks of their own speak of these


class CameraInUse:
    """A process holds a camera. Holding is not capturing."""

    id = "camera-in-use"
    texts = TEXTS["camera-in-use"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each program on each camera, with all of its processes."""
        programs: dict[tuple[str, Subject], list[tuple[Process | None, list[Holder]]]] = {}
        heirs = born_with(snapshot)
        for (camera, identity), holders in held_by_process(snapshot).items():
            process = process_of(snapshot, identity)
            if (camera, identity) in heirs:
                continue
            if not {holder.via for holder in holders} <= _ELSEWHERE:
                key = camera, program_subject(camera, process)
                programs.setdefault(key, []).append((process, holders))
        for (camera, subject), users in programs.items():
            process, holders = users[0][0], [holder for _, mine in users for holder in mine]
            buffers = {holder.via for holder in holders} == {Via.DMA_BUF}
            evidence: list[tuple[Evidence, ...]]
            evidence = [
                (process_evidence(snapshot, who), *(way_evidence(snapshot, one) for one in mine))
                for who, mine in users
            ]
            evidence += [
                _handed_on(process_of(snapshot, heir))
                for (of, heir), owner in heirs.items()
                if of == camera and owner in [who.id for who, _ in users if who]
            ]
            yield finding(
                self,
                Severity.INFO,
                Confidence.MEDIUM if buffers else Confidence.HIGH,
                title=_title(snapshot, camera, process, holders),
                subject=subject,
                evidence=tuple(line for lines in evidence for line in lines),
                explanation=self._explained(process, holders, buffers=buffers),
            )

    def _explained(
        self, process: Process | None, holders: list[Holder], *, buffers: bool
    ) -> str | None:
        if any(holder.role is Role.FEEDS for holder in holders):
            return f"{self.texts.meaning} This program gives the virtual camera its pictures."
        if buffers:
            return (
                "A program shares memory in which pictures of a camera can be. The program that "
                "draws the screen does that in a video call, and one that plays a film may, too."
            )
        role = known_role(process) if process else None
        return f"{self.texts.meaning} What it is known for: {role}." if role else None


def _handed_on(heir: Process | None) -> tuple[Evidence, ...]:
    """A line for a process that has its parent's open file."""
    if heir is None:
        return ()
    program = heir.exe or heir.name
    text = f"It started process {heir.pid} ({program}), which has the same open file from it."
    return (Evidence(text, f"/proc/{heir.pid}"),)


def _title(snapshot: Snapshot, camera: str, process: Process | None, holders: list[Holder]) -> str:
    known, program = camera_of(snapshot, camera), program_name(process)
    what = "virtual camera" if known and known.kind is CameraKind.VIRTUAL else "camera"
    name = f"the {what} {camera_name(snapshot, camera)}"
    if any(holder.role is Role.FEEDS for holder in holders):
        return f"{program} feeds {name}"
    if all(holder.via is Via.DMA_BUF for holder in holders):
        return f"{program} may see pictures of {name}"
    return f"{program} has {name} open"
