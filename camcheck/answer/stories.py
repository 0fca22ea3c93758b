"""From a report to its stories: everything about one program, or one camera, as one."""

import re
from collections.abc import Iterable, Iterator

from camcheck.answer import Doing, Role, Story, Whose
from camcheck.answer.doing import Scene
from camcheck.answer.naming import name_of
from camcheck.answer.sentences import known, say
from camcheck.findings import Confidence, Finding, Report, Session, Severity
from camcheck.known_programs import known_program
from camcheck.model import CaptureState, Holder, Process
from camcheck.person import WORD
from camcheck.program import base_name, born_with, claimed, origin, program_file, program_key, whose

_UNSEEN = frozenset({"unattributed-holder", "capture-unattributed"})
"""Checks that speak of somebody who was not found."""
BROKERS = frozenset({"/usr/bin/pipewire", "/usr/bin/wireplumber"})
"""They hold cameras for other programs; by whole path, as anybody can choose a name."""
_WORDS = r'"([^"]+)"|\'([^\']+)\'|(\S+)'
_MOST = 4  # harmless causes and reasons that a story repeats
_PIDS = 64  # processes that a story names


class Draft:
    """A story in the making: processes and holders of one program, and what was found of it."""

    def __init__(self, about: Role, name: str) -> None:
        self.about, self.name = about, name
        self.processes: list[Process] = []
        self.holders: list[Holder] = []
        self.cameras: dict[str, None] = {}
        self.place: str | None = None
        self.findings: dict[str, Finding] = {}
        self.sessions: list[Session] = []


def stories(report: Report) -> tuple[Story, ...]:
    """One story for each program that matters, the worst first and those that film before others.

    A program matters when it holds a camera, when a finding is about it, or when the monitor's
    history has something about it that nobody has answered for. A camera has a story of its own
    when somebody unseen uses it, or when what was found is about nothing else.
    """
    shelf = _Shelf(report)
    shelf.take_holders()
    for finding in report.findings:
        shelf.take_finding(finding)
    for session in report.past:
        shelf.take_session(session)
    told = _without_brokers([shelf.story(draft) for draft in shelf.drafts])
    order = (Doing.FILMS, Doing.OPEN, Doing.NOTHING)
    told.sort(key=lambda one: (-one.severity.rank, order.index(one.doing), one.past, one.id))
    return tuple(told)


def of_session(session: Session) -> Story:
    """The story of one use alone, as the monitor tells it while it goes on."""
    process = session.process
    findings = sorted(session.findings, key=_weight, reverse=True)
    real = [one for one in findings if one.severity.rank]
    films = session.capture is CaptureState.ACTIVE
    doing = Doing.FILMS if films else Doing.OPEN
    severity = findings[0].severity if findings else Severity.INFO
    first = real[0] if real else None
    return Story(
        id=f"session {session.camera} {_program(process) if process else ''}".rstrip(),
        about=Role.PROGRAM if process else Role.UNSEEN,
        name=name_of(process) if process else say("name.unseen"),
        file=program_file(process) if process else None,
        whose=Whose.UNKNOWN,
        user=process.user if process else None,
        doing=doing,
        cameras=(session.camera,),
        camera=session.camera_name,
        severity=severity,
        since=session.began,
        reasons=tuple(dict.fromkeys(map(_reason, real)))[:_MOST],
        steps=_steps(real, doing=doing, severity=severity, past=False),
        findings=tuple(one.fingerprint for one in findings),
        check=first.check if first else None,
        nature=first.signature.nature if first and first.signature else None,
    )


class _Shelf:
    """The drafts, found by what they are about. The work grows with the report, not faster: it
    can come from a stranger."""

    def __init__(self, report: Report) -> None:
        self._report, self._snapshot = report, report.snapshot
        self._scene = Scene(report.snapshot)
        self.drafts: list[Draft] = []
        self._by_key: dict[object, Draft] = {}
        self._by_program: dict[str, list[Draft]] = {}
        self._by_camera: dict[tuple[Role, str], list[Draft]] = {}
        self._by_place: dict[str, Draft] = {}
        self._by_title: dict[str, Draft] = {}
        self._running: dict[str, list[Process]] | None = None
        self._starts: dict[str, list[str]] = {}
        for entry in self._snapshot.persistence:
            self._starts.setdefault(entry.path, []).append(entry.command)

    def take_holders(self) -> None:
        """A draft for each program that holds a camera now."""
        if not self._snapshot.holders:
            return
        processes = {process.id: process for process in self._snapshot.processes}
        heirs = born_with(self._snapshot)
        for holder in self._snapshot.holders:
            if (holder.camera, holder.process) in heirs:
                continue  # it has its parent's open file, and that is told of the parent
            process = processes.get(holder.process)
            if process is None:
                draft = self._draft(Role.UNSEEN, say("name.unseen"), ("ended", holder.process))
            else:
                draft = self._program(process)
            draft.holders.append(holder)
            self._about_camera(draft, holder.camera)

    def take_finding(self, finding: Finding) -> None:
        """A finding goes to the stories that it is about; where there is none, it makes one."""
        for draft in list(self._homes(finding)) or [self._own(finding)]:
            draft.findings[finding.fingerprint] = finding
            if finding.signature:
                self._by_title.setdefault(finding.title, draft)

    def take_session(self, session: Session) -> None:
        """A session of the past goes to its program's story; one that matters makes a story."""
        process = session.process
        key = program_key(process) if process else ("past", session.camera)
        draft = self._by_key.get(key)
        new = {
            one.fingerprint: one
            for one in session.findings
            if one.severity.rank and not session.answered
        }
        if draft is None:
            if not new:
                return
            draft = (
                self._program(process)
                if process
                else self._draft(Role.UNSEEN, say("name.unseen"), key)
            )
            self._about_camera(draft, session.camera)
        draft.sessions.append(session)
        for fingerprint, finding in new.items():
            draft.findings.setdefault(fingerprint, finding)

    def story(self, draft: Draft) -> Story:
        process = draft.processes[0] if draft.processes else None
        findings = sorted(draft.findings.values(), key=_weight, reverse=True)
        real = [one for one in findings if one.severity.rank]
        severity = findings[0].severity if findings else Severity.INFO
        doing = self._doing(draft)
        goes_on = [one.began for one in draft.sessions if one.over is None]
        ended = [one.over for one in draft.sessions if one.over is not None]
        vouched = origin(process, self._report.approved) if process else None
        what = known_program(process) if process else None
        first = real[0] if real else None
        return Story(
            id=_identity(draft),
            about=draft.about,
            name=draft.name,
            file=program_file(process) if process else draft.place,
            whose=whose(self._snapshot, process) if process else Whose.UNKNOWN,
            user=process.user if process else None,
            doing=doing,
            cameras=tuple(draft.cameras),
            camera=self._scene.name(draft.cameras) if draft.cameras else None,
            severity=severity,
            since=min(goes_on) if goes_on and doing is not Doing.NOTHING else None,
            last=max(ended, default=None),
            times=len(draft.sessions),
            known=vouched is not None,
            origin=vouched or (claimed(process) if process else None),
            role=what.role if what else None,
            signs_in=what is not None and what.signs_in,
            approved=process is not None and process.exe in self._report.approved,
            past=doing is Doing.NOTHING and bool(draft.sessions),
            pids=tuple(sorted({one.pid for one in draft.processes})[:_PIDS]),
            reasons=tuple(dict.fromkeys(map(_reason, real)))[:_MOST],
            harmless=tuple(dict.fromkeys(text for one in real for text in one.harmless))[:_MOST],
            steps=_steps(real, doing=doing, severity=severity, past=bool(draft.sessions)),
            findings=tuple(draft.findings),
            check=first.check if first else None,
            nature=first.signature.nature if first and first.signature else None,
            witnessed=first is not None and _is_word(first),
        )

    def _draft(self, about: Role, name: str, key: object) -> Draft:
        draft = self._by_key.get(key)
        if draft is None:
            draft = self._by_key[key] = Draft(about, name)
            self.drafts.append(draft)
        return draft

    def _program(self, process: Process) -> Draft:
        """The draft of a program, with this process in it."""
        draft = self._draft(Role.PROGRAM, name_of(process), program_key(process))
        if not draft.processes:
            self._by_program.setdefault(_program(process), []).append(draft)
        if len(draft.processes) < _PIDS and process not in draft.processes:
            draft.processes.append(process)
        return draft

    def _about_camera(self, draft: Draft, camera: str) -> None:
        if camera not in draft.cameras:
            draft.cameras[camera] = None
            self._by_camera.setdefault((draft.about, camera), []).append(draft)

    def _homes(self, finding: Finding) -> Iterator[Draft]:
        subject, found = finding.subject, {}
        for program in subject.programs:
            for draft in self._by_program.get(program, ()):
                mine = not subject.cameras or not draft.cameras or _share(subject.cameras, draft)
                if mine and subject.user in (None, *(one.user for one in draft.processes)):
                    found[id(draft)] = draft
        if subject.programs:
            yield from found.values()
            return
        if subject.cameras:
            yield from self._homes_of_camera(finding)
        elif home := self._home_of_place(finding):
            yield home

    def _homes_of_camera(self, finding: Finding) -> Iterator[Draft]:
        """Of what is about a camera: the unseen one who uses it, or the programs that film."""
        cameras = finding.subject.cameras
        if finding.check in _UNSEEN:
            homes = [self._by_camera.get((Role.UNSEEN, camera), []) for camera in cameras]
            yield from homes[0][:1] if homes else []
            return
        own = self._by_key.get((Role.CAMERA, cameras))
        if own:
            yield own
            return
        for camera in cameras:
            for draft in self._by_camera.get((Role.PROGRAM, camera), ()):
                if draft.holders and self._doing(draft) is Doing.FILMS:
                    yield draft

    def _home_of_place(self, finding: Finding) -> Draft | None:
        """Whether a file or start entry belongs to a program, or to the same known family."""
        place = finding.subject.place or ""
        known_programs = self._by_program.get(place)
        if known_programs:
            return known_programs[0]
        for command in self._starts.get(place, ()):
            for words in re.findall(_WORDS, command):
                started = self._by_program.get("".join(words))
                if started:
                    return started[0]
        same = self._by_title.get(finding.title) if finding.signature else None
        return self._by_place.get(place) or same

    def _own(self, finding: Finding) -> Draft:
        """The draft of a finding that is about none of the programs that hold a camera."""
        subject = finding.subject
        if subject.programs:
            running = self._processes_of(subject.programs[0])
            if running:
                draft = self._program(running[0])
                draft.processes = running[:_PIDS]
            else:
                program = subject.programs[0]
                draft = self._draft(Role.PROGRAM, base_name(program), ("absent", program))
                draft.place = program
                self._by_program.setdefault(program, []).append(draft)
        elif subject.cameras and finding.check in _UNSEEN:
            draft = self._draft(Role.UNSEEN, say("name.unseen"), (Role.UNSEEN, subject.cameras))
        elif subject.cameras:
            name = self._scene.name(subject.cameras)
            draft = self._draft(Role.CAMERA, name, (Role.CAMERA, subject.cameras))
        else:
            place = subject.place or finding.title
            draft = self._draft(Role.PLACE, base_name(place), (Role.PLACE, place))
            draft.place = place
            self._by_place[place] = draft
        for camera in subject.cameras:
            self._about_camera(draft, camera)
        return draft

    def _processes_of(self, program: str) -> list[Process]:
        """The processes of a program. Most answers need none: they are sorted when one does."""
        if self._running is None:
            self._running = {}
            for process in self._snapshot.processes:
                self._running.setdefault(_program(process), []).append(process)
        return self._running.get(program, [])

    def _doing(self, draft: Draft) -> Doing:
        if draft.holders:
            return self._scene.doing(tuple(draft.holders))
        films = not draft.cameras.keys().isdisjoint(self._scene.filming)
        if draft.about is Role.UNSEEN and not draft.sessions:
            return Doing.FILMS if films else Doing.OPEN
        return Doing.FILMS if draft.about is Role.CAMERA and films else Doing.NOTHING


def _program(process: Process) -> str:
    """The name by which findings know a program."""
    return program_file(process) or process.name


def _share(cameras: Iterable[str], draft: Draft) -> bool:
    return any(camera in draft.cameras for camera in cameras)


def _weight(finding: Finding) -> tuple[int, int]:
    """What is graver weighs more, and of two equally grave the surer."""
    return finding.severity.rank, list(Confidence).index(finding.confidence)


def _identity(draft: Draft) -> str:
    if draft.processes:
        parts = [str(part) for part in program_key(draft.processes[0]) if part is not None]
        return f"program {' '.join(parts)}"
    return " ".join(filter(None, (draft.about.value, *draft.cameras, draft.place)))


def _reason(finding: Finding) -> str:
    """Why a finding is told, in one plain sentence; of a signature, its own title."""
    sentence = f"why.{finding.check}.you" if _is_word(finding) else f"why.{finding.check}"
    return say(sentence) if known(sentence) else f"{finding.title}."


def _is_word(finding: Finding) -> bool:
    """Whether it rests on what the person said that she sees."""
    return any(one.source == WORD for one in finding.evidence)


def _steps(
    findings: list[Finding], *, doing: Doing, severity: Severity, past: bool
) -> tuple[str, ...]:
    """What to do, in order: the cover first where the camera films and it may be meant badly.

    Of what is over nothing is left to be covered: a report, and the user's own word.
    """
    steps = [step for one in findings for step in one.remediation]
    cover = say("do.cover")
    if past and doing is Doing.NOTHING:
        steps = [say("do.keep"), say("do.allow"), *(step for step in steps if step != cover)]
    elif cover in steps or (doing is Doing.FILMS and severity.rank >= Severity.MEDIUM.rank):
        steps = [cover, *steps]
    return tuple(dict.fromkeys(steps))


def _without_brokers(told: list[Story]) -> list[Story]:
    """The desktop's own brokers need no story while those whom they serve have theirs."""
    brokers = [one for one in told if one.file in BROKERS and not one.matters]
    others = [one for one in told if one not in brokers]
    served = {camera for one in others if one.doing is not Doing.NOTHING for camera in one.cameras}
    kept = [one for one in brokers if served.isdisjoint(one.cameras)]
    return [*others, *kept[:1]]
