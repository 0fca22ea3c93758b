"""The report as OCSF Detection Findings, an event a line, for a SIEM (https://schema.ocsf.io)."""

import re
from datetime import datetime
from typing import Any

from camcheck.answer import Answer
from camcheck.answer.card import card
from camcheck.answer.judge import answer
from camcheck.findings import Confidence, Finding, Report, Severity
from camcheck.model import Process
from camcheck.program import program_file
from camcheck.render import json as render_json
from camcheck.render import view
from camcheck.serial import to_plain

VERSION = "1.5.0"
_MOST = 16  # processes that an event describes, and stories that it names
_HEX = re.compile("[0-9a-fA-F]{64}")
_SEVERITY = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_CONFIDENCE = {
    Confidence.LOW: (1, "Low"),
    Confidence.MEDIUM: (2, "Medium"),
    Confidence.HIGH: (3, "High"),
}
_SYSTEMS = {"windows": 100, "linux": 200, "macos": 300}
_ATTACK = {
    "technique": {"uid": "T1125", "name": "Video Capture"},
    "tactics": [{"uid": "TA0009", "name": "Collection"}],
}


def render(report: Report) -> str:
    """``report`` as NDJSON: first an event about the scan itself, then one for each finding.

    The first event is there in every report, so that a machine on which nothing was found differs
    from one that was never looked at; it carries the verdict and the gaps (``unmapped``).
    """
    import json

    data, given = render_json.document(report), answer(report)
    common, homes = _common(report, data), _homes(given)
    processes: dict[str, list[Process]] = {}
    for process in report.snapshot.processes:
        for name in {process.exe, program_file(process)} - {None, ""}:
            processes.setdefault(str(name), []).append(process)
    events = [_scan(report, data, given, common)]
    events += [
        {
            **_event(report, finding, common, homes.get(finding.fingerprint, [])[:_MOST]),
            "evidences": _evidences(processes, finding),
        }
        for finding in view.findings(report)
    ]
    return "".join(json.dumps(_plain(event)) + "\n" for event in events)


def _homes(given: Answer) -> dict[str, list[dict[str, str]]]:
    """Fingerprints of findings, and the stories that they are part of."""
    homes: dict[str, list[dict[str, str]]] = {}
    for story in given.stories:
        for fingerprint in story.findings:
            homes.setdefault(fingerprint, []).append({"id": story.id, "name": story.name})
    return homes


def _plain(value: Any) -> Any:
    """``value`` without empty members, its texts as UTF-8 can hold them."""
    if isinstance(value, dict):
        plain = {key: _plain(item) for key, item in value.items()}
        return {key: item for key, item in plain.items() if item not in (None, [], {})}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return to_plain(value)


def _scan(
    report: Report, data: dict[str, Any], given: Answer, common: dict[str, Any]
) -> dict[str, Any]:
    severities = (story.severity for story in given.stories)
    worst = max(severities, key=lambda one: one.rank, default=Severity.INFO)
    return {
        **common,
        "severity_id": _SEVERITY[worst][0],
        "severity": _SEVERITY[worst][1],
        "message": given.sentence,
        "finding_info": {
            "uid": f"scan/{data['digest']}",
            "title": "camcheck looked at this computer",
            "desc": " ".join((given.sentence, *card(given).lines)),
            "created_time": _milliseconds(report.snapshot.finished_at),
            "analytic": {"type_id": 1, "type": "Rule", "name": "scan", "uid": "scan"},
            "related_events_count": len(report.findings) or None,
        },
        "unmapped": {
            "verdict": given.kind.value,
            "answer": data["answer"],
            "elevated": report.snapshot.elevated,
            "cameras": [to_plain(camera.id) for camera in report.snapshot.cameras],
            "gaps": data["gaps"],
        },
    }


def _event(
    report: Report, finding: Finding, common: dict[str, Any], stories: list[dict[str, str]]
) -> dict[str, Any]:
    rule = finding.signature
    analytic = {"type_id": 1, "type": "Rule", "name": finding.check, "uid": finding.check}
    if rule:
        analytic |= {"name": rule.title, "uid": rule.id, "version": report.rules_version}
    return {
        **common,
        "severity_id": _SEVERITY[finding.severity][0],
        "severity": _SEVERITY[finding.severity][1],
        "confidence_id": _CONFIDENCE[finding.confidence][0],
        "confidence": _CONFIDENCE[finding.confidence][1],
        "message": finding.title,
        "finding_info": {
            "uid": finding.fingerprint,
            "title": finding.title,
            "desc": finding.explanation,
            "created_time": _milliseconds(report.snapshot.finished_at),
            "analytic": analytic,
            "attacks": [_ATTACK] if finding.severity is not Severity.INFO else [],
            "types": [finding.check],
        },
        "remediation": {
            "desc": " ".join(finding.remediation) or "Nothing needs to be done.",
            "references": list(rule.references) if rule else [],
        },
        "unmapped": {
            "stories": stories,
            "subject": to_plain(finding.subject),
            "harmless": list(finding.harmless),
            "technician": list(finding.technician),
        },
    }


def _evidences(processes: dict[str, list[Process]], finding: Finding) -> list[dict[str, Any]]:
    names = dict.fromkeys((*finding.subject.programs, finding.subject.place or ""))
    mine = dict.fromkeys(one for name in names for one in processes.get(name, ()))
    about = [{"process": _process(process)} for process in list(mine)[:_MOST]]
    seen = [{"data": {"text": item.text, "source": item.source}} for item in finding.evidence]
    return about + seen


def _process(process: Process) -> dict[str, Any]:
    exe = process.exe or ""
    hashes = [{"algorithm_id": 3, "algorithm": "SHA-256", "value": process.sha256}]
    return {
        "pid": process.pid,
        "name": process.name,
        "cmd_line": " ".join(process.cmdline),
        "created_time": _milliseconds(process.started) if process.started else None,
        "user": {"name": process.user, "uid": None if process.uid is None else str(process.uid)},
        "file": {
            "name": exe.replace("\\", "/").rpartition("/")[2] or process.name,
            "path": exe,
            "type_id": 1,
            "hashes": hashes if _HEX.fullmatch(process.sha256 or "") else [],
        },
    }


def _common(report: Report, data: dict[str, Any]) -> dict[str, Any]:
    host = report.snapshot.host
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": 2004,
        "class_name": "Detection Finding",
        "type_uid": 200401,
        "type_name": "Detection Finding: Create",
        "status_id": 1,
        "status": "New",
        "time": _milliseconds(report.snapshot.finished_at),
        "metadata": {
            "version": VERSION,
            "profiles": ["host"],
            "product": {
                "name": "camcheck",
                "vendor_name": "camcheck",
                "version": report.camcheck_version,
            },
            "correlation_uid": data["digest"],
        },
        "device": {
            "hostname": host.name,
            "type_id": 0,
            "type": "Unknown",
            "os": {
                "name": host.system or "unknown",
                "type_id": _SYSTEMS.get(data["platform"], 0),
                "version": host.release,
                "build": host.version,
            },
        },
    }


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)
