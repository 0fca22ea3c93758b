"""The report as JSON, and the digest that tells whether it was changed (docs/report-format.md)."""

from typing import Any

from camcheck.findings import SCHEMA_VERSION, Report
from camcheck.serial import from_plain, to_plain

_PLATFORMS = {"darwin": "macos"}


def render(report: Report) -> str:
    """``report`` as JSON text of schema `SCHEMA_VERSION`, ASCII only, with a line break at the end.

    ASCII, so that a control character or a mark that turns the writing direction stays an escape
    wherever the text is shown.
    """
    return written(document(report))


def written(data: dict[str, Any]) -> str:
    """The text of a report's plain data."""
    import json

    return json.dumps(data, indent=1) + "\n"


def document(report: Report) -> dict[str, Any]:
    """``report`` as the plain data that its JSON holds, its digest included."""
    from camcheck.answer.judge import answer

    plain = to_plain(report)
    # The answer is that of what is stored: texts are bounded there, and so are its own.
    snapshot, given = plain["snapshot"], answer(from_plain(Report, plain))
    system = report.snapshot.host.system.lower()
    data = {
        "schema_version": SCHEMA_VERSION,
        "camcheck_version": to_plain(report.camcheck_version),
        "rules_version": to_plain(report.rules_version),
        "platform": to_plain(_PLATFORMS.get(system, system)),
        "verdict": to_plain(given.kind),
        "answer": to_plain(given),
        "redacted": report.redacted,
        "checks": to_plain(report.checks),
        **snapshot,
        "findings": [
            {**to_plain(finding), "fingerprint": to_plain(finding.fingerprint)}
            for finding in report.findings
        ],
        "gaps": _gaps(report),
        "timeline": to_plain(report.timeline),
        "past": to_plain(report.past),
        "watched": to_plain(report.watched),
        "approved": to_plain(report.approved),
        "earlier": to_plain(report.earlier),
    }
    return {**data, "digest": digest(data)}


def digest(data: dict[str, Any]) -> str:
    """SHA-256, in hex, over a report's plain data without its digest, in a form of which there is
    only one: keys sorted, no spaces, ASCII. Order and layout of the file therefore do not matter.
    """
    import hashlib
    import json

    body = {key: value for key, value in data.items() if key != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _gaps(report: Report) -> list[dict[str, Any]]:
    """Every gap in its order, with the word that tells a recheck which belong to the facts."""
    facts = set(report.snapshot.gaps)
    gaps = dict.fromkeys((*report.gaps, *report.snapshot.gaps))
    return [{**to_plain(gap), "origin": "facts" if gap in facts else "checks"} for gap in gaps]
