"""A camera is held in a way that ordinary tools cannot see."""

from collections.abc import Iterator

from camcheck.checks.phrases import (
    camera_name,
    camera_of,
    finding,
    held_by_process,
    place_of,
    process_evidence,
    process_of,
    program_name,
    program_subject,
    way_evidence,
)
from camcheck.checks.sentences import TEXTS
from camcheck.findings import Confidence, Evidence, Finding, Severity
from camcheck.model import Fact, Holder, Process, Snapshot, Via

_HIDING = {
    Via.THREAD_FD: (Severity.HIGH, "the open camera belongs to one thread only, which hides it"),
    Via.IO_URING: (Severity.MEDIUM, "the open camera sits in an I/O ring, not among open files"),
    Via.IN_FLIGHT: (Severity.MEDIUM, "an open file is parked in a socket"),
}
_LEFT = "the camera's memory is mapped while no open file is left"
_MAPPED = (
    "A program has the camera's pictures in its memory, and no file open by which it got them. "
    "Tools that look at open files alone miss it; lsof and fuser do show the memory."
)


class ConcealedHolder:
    """The way of holding keeps lsof, fuser or task managers from showing it."""

    id = "concealed-holder"
    texts = TEXTS["concealed-holder"]
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})

    def run(self, snapshot: Snapshot) -> Iterator[Finding]:
        """One finding for each program on each camera."""
        for (camera, identity), holders in held_by_process(snapshot).items():
            process = process_of(snapshot, identity)
            camera_known = camera_of(snapshot, camera)
            nodes = {node.path for node in camera_known.nodes} if camera_known else set()
            reasons = list(_reasons(process, holders, nodes))
            if not reasons:
                continue
            severity = max((severity for severity, _ in reasons), key=lambda level: level.rank)
            said = "; ".join(dict.fromkeys(text for _, text in reasons))
            # What waits in a socket cannot be looked at: another's camera can be missing as well.
            guessed = all(holder.via is Via.IN_FLIGHT for holder in holders)
            yield finding(
                self,
                severity,
                Confidence.LOW if guessed else Confidence.HIGH,
                title=_title(process, camera_name(snapshot, camera), severity, guessed=guessed),
                subject=program_subject(camera, process),
                evidence=(
                    Evidence(f"How it is hidden: {said}.", place_of(snapshot, identity.pid)),
                    process_evidence(snapshot, process),
                    *(way_evidence(snapshot, one) for one in holders),
                ),
                explanation=_MAPPED if {text for _, text in reasons} == {_LEFT} else None,
            )


def _reasons(
    process: Process | None, holders: list[Holder], known: set[str]
) -> Iterator[tuple[Severity, str]]:
    if process and process.concealed:
        yield Severity.CRITICAL, f"the whole process is hidden: it is {process.concealed}"
    for holder in holders:
        if holder.via in _HIDING:
            yield _HIDING[holder.via]
        if _is_foreign(holder, known):
            yield from _foreign(process, holder)
    if {holder.via for holder in holders} == {Via.MAPPING}:
        yield Severity.MEDIUM, _LEFT


def _is_foreign(holder: Holder, known: set[str]) -> bool:
    """A device file made beside the camera's own, or deleted after opening."""
    ways = (Via.FD, Via.THREAD_FD, Via.USBFS, Via.MAPPING)
    return holder.via in ways and (holder.foreign or holder.node not in known)


def _foreign(process: Process | None, holder: Holder) -> Iterator[tuple[Severity, str]]:
    """How much a device file of its own weighs: making one takes an administrator.

    Containers and chroots come with a /dev of their own, and there nothing is hidden by it. It
    says little when a container engine made it, and something when nobody is seen who did. The
    name of a control group says nothing: users choose those of their own.
    """
    in_dev = holder.node.startswith("/dev/") and not holder.node.endswith(" (deleted)")
    if not (process and process.own_dev and in_dev):
        yield Severity.HIGH, f"it was opened under another name, {holder.node}"
    elif not process.supervisor:
        yield Severity.LOW, f"it was opened as {holder.node} in a /dev of the program's own"


def _title(process: Process | None, camera: str, severity: Severity, *, guessed: bool) -> str:
    program = program_name(process)
    if severity is Severity.LOW:
        return f"{program} has {camera} open through a device file of its own"
    return f"{program} {'may hide' if guessed else 'hides'} that it has {camera} open"
