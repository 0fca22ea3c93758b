"""A report as rows of the data set's tables."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from camcheck.answer import Answer, Story
from camcheck.answer.judge import answer
from camcheck.findings import Finding, Report, Session
from camcheck.fleet.files import plain
from camcheck.fleet.names import Names, called, shape
from camcheck.model import (
    CameraUse,
    Holder,
    IndicatorKind,
    IndicatorState,
    PersistenceEntry,
    Process,
)
from camcheck.report.read import Stored

Row = dict[str, Any]


def rows(
    stored: Stored, *, file: str, names: bool = False, processes: bool = False
) -> dict[str, list[Row]]:
    """Rows by table. Without ``names`` personal programs have tokens; with ``processes`` also the
    table of all programs is filled. Stories are judged here, whatever the file says of them.
    """
    report = stored.report
    given = answer(report)
    hide = Names(report, given, keep=names)
    own = {
        "machines": [_machine(stored, given, file=file)],
        "stories": [_story(one, hide) for one in given.stories],
        "findings": [_finding(one, hide) for one in report.findings],
        "cameras": list(_cameras(report)),
        "holders": list(_holders(report, hide)),
        "processes": [_process(one, hide) for one in report.snapshot.processes if processes],
        "persistence": [_start(one, hide) for one in report.snapshot.persistence],
        "gaps": [
            {
                "fact": one.fact,
                "subject": hide.token(one.subject) or one.subject,
                "reason": one.reason,
                "detail": hide.token(one.detail) or one.detail,
            }
            for one in report.gaps
        ],
        "uses": [
            *(_session(one, hide) for one in report.past),
            *(_remembered(one, hide) for one in report.snapshot.history),
        ],
    }
    host = report.snapshot.host.name
    common = {
        "digest": stored.digest,
        "host": os.path.basename(file).rpartition(".")[0] if report.redacted else host,
        "started_at": _time(report.snapshot.started_at),
    }
    return {
        table: [
            {
                key: plain(value) if isinstance(value, str) else value
                for key, value in {**common, **row}.items()
            }
            for row in found
        ]
        for table, found in own.items()
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.replace(tzinfo=None).isoformat()


def _machine(stored: Stored, given: Answer, *, file: str) -> Row:
    report = stored.report
    snapshot = report.snapshot
    system = snapshot.host.system.lower()
    watched = sum(((one.ended - one.began) for one in report.watched), timedelta())
    return {
        "file": file,
        "schema_version": stored.version,
        "camcheck_version": report.camcheck_version,
        "rules_version": report.rules_version,
        "platform": "macos" if system == "darwin" else system,
        "release": snapshot.host.release,
        "elevated": snapshot.elevated,
        "redacted": report.redacted,
        "intact": stored.digest == stored.stated_digest,
        "verdict": given.kind,
        "complete": given.complete,
        "cameras": len(snapshot.cameras),
        "findings": len(report.findings),
        "gaps": len(report.gaps),
        "watched_until": _time(max((one.ended for one in report.watched), default=None)),
        "watched_minutes": watched // timedelta(minutes=1) if report.watched else None,
    }


def _story(story: Story, hide: Names) -> Row:
    token = hide.token(story.file)
    # an interpreter's story is named after the code that it was given
    name = token or hide.code(story.file)
    return {
        "story": f"program {name}" if name else story.id,
        "about": story.about,
        "name": name or story.name,
        "exe": token or story.file,
        "whose": story.whose,
        "user": story.user,
        "doing": story.doing,
        "camera": story.camera,
        "severity": story.severity,
        "since": _time(story.since),
        "last": _time(story.last),
        "times": story.times,
        "known": story.known,
        "origin": story.origin,
        "past": story.past,
        "reasons": " ".join(story.reasons),
    }


def _finding(finding: Finding, hide: Names) -> Row:
    token = hide.token(*finding.subject.programs, finding.subject.place)
    rule = finding.signature.id if finding.signature else None
    subject = str(finding.subject)
    if token:
        subject = " ".join((*finding.subject.cameras, token))
    return {
        "check": finding.check,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "title": finding.check.replace("-", " ") if token else finding.title,
        "subject": subject,
        "rule": rule,
        "fingerprint": "/".join(filter(None, (finding.check, subject, rule))),
    }


def _cameras(report: Report) -> Iterator[Row]:
    snapshot = report.snapshot
    prints = {one.camera: one for one in snapshot.prints}
    states = {one.camera: one.state for one in snapshot.captures}
    for camera in snapshot.cameras:
        known = prints.get(camera.id)
        yield {
            "id": camera.id,
            "name": camera.name,
            "bus": camera.bus,
            "kind": camera.kind,
            "driver": camera.driver,
            "firmware": known.firmware if known else None,
            "descriptors": known.descriptors if known else None,
            "capture": states.get(camera.id),
            "light": _shown(report, camera.id, {IndicatorKind.LED}),
            "icon": _shown(
                report, camera.id, {IndicatorKind.DESKTOP_ICON, IndicatorKind.ON_SCREEN_NOTICE}
            ),
        }


def _shown(report: Report, camera: str, kinds: set[IndicatorKind]) -> IndicatorState | None:
    """What of several indicators counts: one that is on, then one that is off."""
    found = {
        one.state
        for one in report.snapshot.indicators
        if one.camera == camera and one.kind in kinds
    }
    order = (IndicatorState.ON, IndicatorState.OFF, IndicatorState.NOT_OBSERVABLE)
    return next((state for state in order if state in found), None)


def _holders(report: Report, hide: Names) -> Iterator[Row]:
    processes = {process.id: process for process in report.snapshot.processes}
    for holder in report.snapshot.holders:
        process = processes.get(holder.process)
        yield {**_holding(holder), **(_program(process, hide) if process else {})}


def _holding(holder: Holder) -> Row:
    return {
        "camera": holder.camera,
        "via": holder.via,
        "node": holder.node,
        "role": holder.role,
        "pid": holder.pid,
        "started": _time(holder.started),
    }


def _program(process: Process, hide: Names) -> Row:
    token = hide.of(process)
    return {
        "program": token or process.name,
        "exe": token or process.exe,
        "shape": token or shape(process.exe),
        "exe_state": process.exe_state,
        "package": None if token else _origin(process),
        "user": process.user,
        "sha256": process.sha256,
    }


def _origin(process: Process) -> str | None:
    return process.package or process.application or process.signer


def _process(process: Process, hide: Names) -> Row:
    token = hide.of(process)
    return {
        "pid": process.pid,
        "started": _time(process.started),
        "name": token or process.name,
        "exe": token or process.exe,
        "package": None if token else _origin(process),
        "user": process.user,
        "sha256": process.sha256,
    }


def _start(entry: PersistenceEntry, hide: Names) -> Row:
    token = hide.token(entry.command, entry.path)
    parts = (entry.kind, token or shape(entry.path), token or shape(entry.command))
    return {
        "kind": entry.kind,
        "path": token or entry.path,
        "name": token or entry.name,
        "command": token or entry.command,
        "shape": " ".join(filter(None, parts)),
        "user": entry.user,
    }


def _session(session: Session, hide: Names) -> Row:
    process = session.process
    exe = process.exe if process else None
    token = hide.of(process) if process else None
    return {
        "camera": session.camera,
        "program": token or called(process),
        "exe": token or exe,
        "shape": token or shape(exe),
        "began": _time(session.began),
        "ended": _time(session.ended),
        "away": ", ".join(session.away) or None,
        "seen_by": "monitor",
    }


def _remembered(use: CameraUse, hide: Names) -> Row:
    token = hide.token(use.program)
    return {
        "camera": use.camera,
        "program": token or use.program,
        "exe": token or use.program,
        "shape": token or shape(use.program),
        "began": _time(use.began),
        "ended": _time(use.ended),
        "away": None,
        "seen_by": "system",
    }
