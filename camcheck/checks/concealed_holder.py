"""A camera is held in a way that ordinary tools cannot see."""

from collections.abc import Iterator

from camcheck.checks.wording import (
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
    title = "Whether anybody holds a camera in a way that hides it"
    needs = frozenset({Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS})
    meaning = (
        "A program holds the camera in a way that the usual tools do not show. The more effort "
        "that takes, the less likely it is an accident."
    )
    harmless = (
        "A program with an unusual design: few have a reason to hold a camera like this.",
        "A test or a tool for developers.",
    )
    steps = (
        "Cover the camera.",
        "If you do not know the program, do not delete anything yet: save a report and show it to "
        "somebody you trust, best from another device.",
    )
    technician = (
        "Identify the program file (digest, package, age) and what started it.",
        "Copy the executable from /proc/PID/exe before the process ends.",
    )

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
            hides = "may hide" if guessed else "hides"
            yield finding(
                self,
                severity,
                Confidence.LOW if guessed else Confidence.HIGH,
                title=f"{program_name(process)} {hides} that it has "
                f"{camera_name(snapshot, camera)} open",
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
        if _is_foreign(process, holder, known):
            yield Severity.HIGH, f"it was opened under another name, {holder.node}"
    if {holder.via for holder in holders} == {Via.MAPPING}:
        yield Severity.MEDIUM, _LEFT


def _is_foreign(process: Process | None, holder: Holder, known: set[str]) -> bool:
    """A device file made beside the camera's own, or deleted after opening.

    A container has device files of its own in /dev. What it is called there proves little: users
    choose the names of their own control groups, but not what they find in /dev.
    """
    if holder.via not in (Via.FD, Via.THREAD_FD, Via.USBFS, Via.MAPPING) or holder.node in known:
        return False
    in_container = process is not None and (process.container or process.application)
    in_dev = holder.node.startswith("/dev/") and not holder.node.endswith(" (deleted)")
    return not (in_container and in_dev)
