"""Judgements: what we think of the facts, and the report that carries both."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from camcheck.model import CaptureState, Gap, Indicator, Moment, Process, Snapshot

SCHEMA_VERSION = 1


class Severity(StrEnum):
    """How bad it is if it is what it looks like; apart from how sure that is."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info up to 4 for critical."""
        return list(Severity).index(self)


class Confidence(StrEnum):
    """How sure the judgement is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Verdict(StrEnum):
    """The plain answer. There is no word for "safe"."""

    FOUND = "found"
    INCOMPLETE = "incomplete"
    CLEAR = "clear"


class Evidence(NamedTuple):
    """One sentence of proof, and where it was read."""

    text: str
    source: str


class Signature(NamedTuple):
    """The rule behind a finding. ``author`` and ``origin`` tell whose word it is."""

    id: str
    title: str
    author: str
    origin: str
    references: tuple[str, ...] = ()


class Finding(NamedTuple):
    """A judgement with its evidence.

    ``subject`` is stable (camera id, executable path), never a pid or a time, so that ``check`` and
    ``subject`` together identify the same finding in two reports. ``harmless`` lists ordinary
    causes; ``remediation`` is for the user, ``technician`` for the person who helps.
    """

    check: str
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str
    evidence: tuple[Evidence, ...]
    remediation: tuple[str, ...]
    subject: str
    harmless: tuple[str, ...] = ()
    technician: tuple[str, ...] = ()
    signature: Signature | None = None

    @property
    def fingerprint(self) -> str:
        """The identity of this finding across reports: check, subject and rule."""
        return "/".join(
            filter(None, (self.check, self.subject, self.signature and self.signature.id))
        )


class Session(NamedTuple):
    """One use of a camera by one program, as the monitor saw it, and what was thought of it.

    ``process`` is the first of ``processes``; None: nobody was found. ``openings`` and
    ``processes`` are lower bounds, because the kernel merges events; 0 openings were seen of a use
    that began before the monitor. ``ended`` None: still in use.
    ``capture`` is ``active`` when frames flowed at any look. ``away`` tells what spoke against the
    user being there (``screen locked``, ``lid closed``, ``idle``). ``note`` says what is uncertain.
    """

    camera: str
    camera_name: str
    began: datetime
    ended: datetime | None
    process: Process | None
    nodes: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    processes: int = 1
    openings: int = 1
    capture: CaptureState = CaptureState.UNDETERMINED
    capture_reason: str = "The camera was not looked at during this use."
    indicators: tuple[Indicator, ...] = ()
    away: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    note: str | None = None

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the findings."""
        severities = [finding.severity for finding in self.findings]
        return max(severities, key=lambda severity: severity.rank) if severities else None


class CheckRun(NamedTuple):
    """A check that was made. ``limits`` are the subjects of the gaps in facts that it needed."""

    check: str
    title: str
    limits: tuple[str, ...] = ()


class Report(NamedTuple):
    """Facts and judgements of one scan. ``gaps`` are the snapshot's and the checks' own.

    ``checks`` are the checks that were made, in order. ``redacted`` tells that names and secrets
    were replaced by tokens. ``timeline`` is the history of the monitor, where there is one.
    """

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    camcheck_version: str
    rules_version: str | None = None
    checks: tuple[CheckRun, ...] = ()
    redacted: bool = False
    timeline: tuple[Moment, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the findings."""
        severities = [finding.severity for finding in self.findings]
        return max(severities, key=lambda severity: severity.rank) if severities else None

    @property
    def verdict(self) -> Verdict:
        """Found: something to look at. Information alone does not outweigh what was not seen."""
        if self.worst is not None and (self.worst.rank > 0 or not self.gaps):
            return Verdict.FOUND
        return Verdict.INCOMPLETE if self.gaps else Verdict.CLEAR

    @property
    def exit_code(self) -> int:
        """0 clear, 3 incomplete, 10 information only, 11 to 14 found: low up to critical."""
        if self.verdict is Verdict.FOUND and self.worst is not None:
            return 10 + self.worst.rank
        return 3 if self.verdict is Verdict.INCOMPLETE else 0
