"""What changed between two reports, by the stable identity of findings, cameras and gaps."""

import re
from typing import TypeVar

from camcheck.fact import NamedTuple
from camcheck.findings import Confidence, Finding, Report, Severity
from camcheck.model import Camera, Gap
from camcheck.report.redact import redact

_Item = TypeVar("_Item")
_NUMBERED = re.compile(r"\{(user|host|serial|secret)-\d+\}")


class Changed(NamedTuple):
    """The same finding, judged otherwise."""

    old: Finding
    new: Finding


class Comparison(NamedTuple):
    """What the newer of two reports has more, less and otherwise."""

    appeared: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    changed: tuple[Changed, ...]
    same: tuple[Finding, ...]
    cameras_appeared: tuple[Camera, ...]
    cameras_gone: tuple[Camera, ...]
    gaps_appeared: tuple[Gap, ...]
    gaps_gone: tuple[Gap, ...]

    @property
    def exit_code(self) -> int:
        """0 when nothing new was found, else 10 to 14 by the worst that is new or judged worse."""
        worse = [
            item.new for item in self.changed if item.new.severity.rank > item.old.severity.rank
        ]
        ranks = [finding.severity.rank for finding in (*self.appeared, *worse)]
        return 10 + max(ranks) if ranks else 0


def compare(old: Report, new: Report) -> Comparison:
    """Differences between ``old`` and ``new``; where one is redacted, both are."""
    if old.redacted != new.redacted:
        old, new = redact(old), redact(new)
    old_findings = {_plain(item.fingerprint): item for item in old.findings}
    new_findings = {_plain(item.fingerprint): item for item in new.findings}
    both = [
        Changed(old_findings[key], item)
        for key, item in new_findings.items()
        if key in old_findings
    ]
    old_cameras = {_plain(item.id): item for item in old.snapshot.cameras}
    new_cameras = {_plain(item.id): item for item in new.snapshot.cameras}
    old_gaps = {_plain(f"{item.fact}/{item.subject}"): item for item in old.gaps}
    new_gaps = {_plain(f"{item.fact}/{item.subject}"): item for item in new.gaps}
    return Comparison(
        appeared=_only(new_findings, old_findings),
        gone=_only(old_findings, new_findings),
        changed=tuple(item for item in both if _judged(item.old) != _judged(item.new)),
        same=tuple(item.new for item in both if _judged(item.old) == _judged(item.new)),
        cameras_appeared=_only(new_cameras, old_cameras),
        cameras_gone=_only(old_cameras, new_cameras),
        gaps_appeared=_only(new_gaps, old_gaps),
        gaps_gone=_only(old_gaps, new_gaps),
    )


def _only(here: dict[str, _Item], there: dict[str, _Item]) -> tuple[_Item, ...]:
    return tuple(item for key, item in here.items() if key not in there)


def _plain(identity: str) -> str:
    """``identity`` without the numbers of tokens, which another user or camera shifts."""
    return _NUMBERED.sub(r"{\1}", identity)


def _judged(finding: Finding) -> tuple[Severity, Confidence]:
    return finding.severity, finding.confidence
