"""From a report to its stories: everything about one program, or one camera, told as one."""

from collections.abc import Iterable
from typing import NamedTuple

from camcheck.answer import Doing, Role, Story, Whose
from camcheck.answer.naming import name_of, origin, whose
from camcheck.answer.sentences import known, say
from camcheck.findings import Finding, Report, Session, Severity
from camcheck.model import (
    CaptureState,
    Holder,
    NodeKind,
    Process,
    Snapshot,
    Via,
)
from camcheck.model import Role as HolderRole
from camcheck.program import base_name, program_key

IN_USE = "camera-in-use"
_UNSEEN = frozenset({"unattributed-holder", "capture-unattributed"})
"""Checks that speak of somebody who was not found."""
_BROKERS = frozenset({"pipewire", "wireplumber"})
"""They hold cameras for other programs; by whole path, as a name is nobody's own."""
_SHOWING = (Via.MAPPING, Via.DMA_BUF, Via.PIPEWIRE, Via.IO_URING, Via.USBFS)
"""Ways that a program needs to receive pictures, where it does not read(2) them."""
_MOST = 4  # harmless causes and reasons that a story repeats


class Draft(NamedTuple):
    """A story in the making: processes and holders of one program, and what was found of it."""

    about: Role
    name: str
    processes: tuple[Process, ...] = ()
    holders: tuple[Holder, ...] = ()
    cameras: tuple[str, ...] = ()
    place: str | None = None
    findings: tuple[Finding, ...] = ()
    sessions: tuple[Session, ...] = ()

    @property
    def programs(self) -> set[str]:
        """The paths or names by which findings know this program."""
        return {process.exe or process.name for process in self.processes}


def stories(report: Report) -> tuple[Story, ...]:
    """One story for each program that matters, the worst first and those that film before others.

    A program matters when it holds a camera, when a finding is about it, or when the monitor's
    history has something about it that nobody has answered. A camera has a story of its own when
    somebody unseen uses it, or when what was found is about nothing else.
    """
    drafts = _of_programs(report)
    drafts = _with_findings(report, drafts)
    drafts = _with_past(report, drafts)
    told = [_told(report, draft) for draft in drafts]
    told = [story for story in told if not _is_broker_only(story, told)]
    order = (Doing.FILMS, Doing.OPEN, Doing.NOTHING)
    told.sort(key=lambda one: (-one.severity.rank, order.index(one.doing), one.past, one.id))
    return tuple(told)


def _of_programs(report: Report) -> list[Draft]:
    """A draft for each program that holds a camera now."""
    snapshot = report.snapshot
    processes = {process.id: process for process in snapshot.processes}
    groups: dict[object, tuple[list[Process], list[Holder]]] = {}
    for holder in snapshot.holders:
        process = processes.get(holder.process)
        key: object = program_key(process) if process else ("ended", holder.process)
        mine, ways = groups.setdefault(key, ([], []))
        ways.append(holder)
        if process is not None and process not in mine:
            mine.append(process)
    return [
        Draft(
            Role.PROGRAM if mine else Role.UNSEEN,
            name_of(mine[0]) if mine else say("name.unseen"),
            tuple(mine),
            tuple(ways),
            tuple(dict.fromkeys(way.camera for way in ways)),
        )
        for mine, ways in groups.values()
    ]


def _with_findings(report: Report, drafts: list[Draft]) -> list[Draft]:
    """Every finding goes to the stories that it is about; where there is none, it makes one."""
    for finding in report.findings:
        homes = [number for number, draft in enumerate(drafts) if _is_about(report, finding, draft)]
        if not homes:
            drafts.append(_own(report, finding))
            homes = [len(drafts) - 1]
        for number in homes:
            draft = drafts[number]
            drafts[number] = draft._replace(findings=(*draft.findings, finding))
    return drafts


def _is_about(report: Report, finding: Finding, draft: Draft) -> bool:
    subject = finding.subject
    if subject.programs:
        held = not subject.cameras or not draft.cameras or set(subject.cameras) & set(draft.cameras)
        return bool(held and draft.programs & set(subject.programs))
    if subject.cameras:
        if finding.check in _UNSEEN:
            return draft.about is Role.UNSEEN and bool(set(subject.cameras) & set(draft.cameras))
        if draft.about is Role.CAMERA:
            return set(subject.cameras) == set(draft.cameras)
        return (
            draft.about is Role.PROGRAM
            and bool(draft.holders)
            and bool(set(subject.cameras) & set(draft.cameras))
            and _doing(report.snapshot, draft) is Doing.FILMS
        )
    return _shares_place(report, finding, draft)


def _shares_place(report: Report, finding: Finding, draft: Draft) -> bool:
    """Whether a file or start entry belongs to a program, or to the same known family."""
    place = finding.subject.place
    if place is not None and (place in draft.programs or place == draft.place):
        return True
    if any(
        entry.path == place and any(program in entry.command for program in draft.programs)
        for entry in report.snapshot.persistence
    ):
        return True
    titles = {one.title for one in draft.findings if one.signature}
    return finding.signature is not None and finding.title in titles


def _own(report: Report, finding: Finding) -> Draft:
    """The draft of a finding that is about none of the programs that hold a camera."""
    subject, snapshot = finding.subject, report.snapshot
    if subject.programs:
        mine = tuple(
            process
            for process in snapshot.processes
            if (process.exe or process.name) in subject.programs
        )
        name = name_of(mine[0]) if mine else base_name(subject.programs[0])
        return Draft(Role.PROGRAM, name, mine[:64], cameras=subject.cameras)
    if subject.cameras:
        unseen = finding.check in _UNSEEN
        name = say("name.unseen") if unseen else _camera_name(snapshot, subject.cameras)
        return Draft(Role.UNSEEN if unseen else Role.CAMERA, name, cameras=subject.cameras)
    name = base_name(subject.place or "") or finding.title
    return Draft(Role.PLACE, name, place=subject.place)


def _with_past(report: Report, drafts: list[Draft]) -> list[Draft]:
    """Sessions of the last days go to the program's story; one that matters makes a story."""
    for session in report.past:
        process = session.process
        home = next(
            (
                number
                for number, draft in enumerate(drafts)
                if process is not None
                and draft.processes
                and _same_program(draft.processes[0], process)
            ),
            None,
        )
        alarming = not session.answered and any(one.severity.rank for one in session.findings)
        if home is None and not alarming:
            continue
        if home is None:
            about = Role.PROGRAM if process else Role.UNSEEN
            name = name_of(process) if process else say("name.unseen")
            mine = (process,) if process else ()
            drafts.append(Draft(about, name, mine, cameras=(session.camera,)))
            home = len(drafts) - 1
        draft = drafts[home]
        have = {one.fingerprint for one in draft.findings}
        new = tuple(
            one
            for one in (() if session.answered else session.findings)
            if one.severity.rank and one.fingerprint not in have
        )
        drafts[home] = draft._replace(
            sessions=(*draft.sessions, session), findings=(*draft.findings, *new)
        )
    return drafts


def _same_program(one: Process, other: Process) -> bool:
    """Whether a process of another day was the same program of the same person."""
    return program_key(one) == program_key(other)


def _told(report: Report, draft: Draft) -> Story:
    snapshot = report.snapshot
    process = draft.processes[0] if draft.processes else None
    severity = max((one.severity for one in draft.findings), key=lambda one: one.rank, default=None)
    doing = _doing(snapshot, draft)
    goes_on = [one.began for one in draft.sessions if one.ended is None]
    ended = [one.ended for one in draft.sessions if one.ended is not None]
    vouched = origin(process, report.approved) if process else None
    real = [one for one in draft.findings if one.severity.rank]
    return Story(
        id=_identity(draft),
        about=draft.about,
        name=draft.name,
        file=process.exe if process else draft.place,
        whose=whose(snapshot, process) if process else Whose.UNKNOWN,
        user=process.user if process else None,
        doing=doing,
        cameras=draft.cameras,
        camera=_camera_name(snapshot, draft.cameras) if draft.cameras else None,
        severity=severity or Severity.INFO,
        since=min(goes_on) if goes_on and doing is not Doing.NOTHING else None,
        last=max(ended, default=None),
        times=len(draft.sessions),
        known=vouched is not None,
        origin=vouched,
        past=doing is Doing.NOTHING and bool(draft.sessions),
        pids=tuple(sorted({one.pid for one in draft.processes})),
        reasons=tuple(dict.fromkeys(map(_reason, real)))[:_MOST],
        harmless=tuple(dict.fromkeys(text for one in real for text in one.harmless))[:_MOST],
        steps=_steps(real, doing=doing, severity=severity or Severity.INFO),
        findings=tuple(one.fingerprint for one in draft.findings),
    )


def _identity(draft: Draft) -> str:
    if draft.processes:
        process = draft.processes[0]
        parts = [str(part) for part in program_key(process) if part is not None]
        return f"program {' '.join(parts)}"
    return " ".join([draft.about.value, *draft.cameras, draft.place or ""]).strip() + (
        f" {draft.name}" if draft.about is Role.PROGRAM else ""
    )


def _reason(finding: Finding) -> str:
    """Why a finding is told, in one plain sentence; of a signature, its own title."""
    sentence = f"why.{finding.check}"
    return say(sentence) if known(sentence) else f"{finding.title}."


def _steps(findings: list[Finding], *, doing: Doing, severity: Severity) -> tuple[str, ...]:
    """What to do, in order: the cover first where the camera films and it may be meant badly."""
    steps = [step for one in findings for step in one.remediation]
    cover = say("do.cover")
    if (doing is Doing.FILMS and severity.rank >= Severity.MEDIUM.rank) or cover in steps:
        steps = [cover, *steps]
    return tuple(dict.fromkeys(steps))


def _doing(snapshot: Snapshot, draft: Draft) -> Doing:
    """Whether the program receives pictures now, as far as its way of holding tells.

    Where one holder of a filming camera has its picture memory and another has not, the first one
    films; a node without pictures (metadata, media) never does.
    """
    if draft.about is Role.CAMERA or (draft.about is Role.UNSEEN and not draft.holders):
        films = any(_films(snapshot, camera) for camera in draft.cameras)
        return Doing.FILMS if films else Doing.OPEN if draft.about is Role.UNSEEN else Doing.NOTHING
    if any(
        _films(snapshot, way.camera) and _receives(snapshot, way)
        for way in draft.holders
        if way.role not in (HolderRole.FEEDS, HolderRole.CLOSED)
    ):
        return Doing.FILMS
    held = [way for way in draft.holders if way.role is not HolderRole.CLOSED]
    return Doing.OPEN if held else Doing.NOTHING


def _receives(snapshot: Snapshot, holder: Holder) -> bool:
    """Whether this holder can be the one (or one of those) that the camera films for."""
    if holder.node in _without_pictures(snapshot, holder.camera):
        return False
    if holder.via in _SHOWING:
        return True
    same = [way for way in snapshot.holders if way.camera == holder.camera]
    mine = any(way.via in _SHOWING for way in same if way.process == holder.process)
    return mine or not any(way.via in _SHOWING for way in same)


def _without_pictures(snapshot: Snapshot, camera: str) -> set[str]:
    return {
        node.path
        for known_camera in snapshot.cameras
        if known_camera.id == camera
        for node in known_camera.nodes
        if node.kind not in (NodeKind.CAPTURE, NodeKind.USB)
    }


def _films(snapshot: Snapshot, camera: str) -> bool:
    return any(
        one.camera == camera and one.state is CaptureState.ACTIVE for one in snapshot.captures
    )


def _camera_name(snapshot: Snapshot, cameras: Iterable[str]) -> str:
    names = {camera.id: camera.name for camera in snapshot.cameras}
    return ", ".join(names.get(camera, camera) for camera in cameras)


def _is_broker_only(story: Story, others: list[Story]) -> bool:
    """The desktop's own broker needs no story while those whom it serves have theirs."""
    if story.matters or base_name(story.file or "") not in _BROKERS:
        return False
    return any(
        other is not story
        and set(other.cameras) & set(story.cameras)
        and other.doing is not Doing.NOTHING
        for other in others
        if base_name(other.file or "") not in _BROKERS
    ) or any(
        other.file is not None and base_name(other.file) == "pipewire"
        for other in others
        if other is not story
    )
