"""Judgements: what we think of the facts, and the report that carries both."""

from datetime import datetime
from enum import StrEnum

from camcheck.fact import NamedTuple
from camcheck.model import (
    CameraUse,
    CaptureState,
    Gap,
    Indicator,
    Moment,
    Nature,
    Process,
    Provenance,
    Snapshot,
)

SCHEMA_VERSION = 2


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


class Evidence(NamedTuple):
    """One sentence of proof, and where it was read."""

    text: str
    source: str


class Texts(NamedTuple):
    """What a check says of itself and of whatever it finds.

    ``title`` is its question, ``meaning`` what a finding means; ``harmless`` are ordinary causes.
    ``meaning`` and ``steps`` are for the user, ``technician`` for the person who helps.
    """

    title: str
    meaning: str
    harmless: tuple[str, ...]
    steps: tuple[str, ...]
    technician: tuple[str, ...]


class Signature(NamedTuple):
    """The rule behind a finding. ``provenance`` says whose word it is (``author`` and ``origin``
    name them for readers), ``nature`` what kind of thing it is about."""

    id: str
    title: str
    author: str
    origin: str
    references: tuple[str, ...] = ()
    provenance: Provenance = Provenance.UNKNOWN
    nature: Nature = Nature.EXTERNAL


class Subject(NamedTuple):
    """What a finding is about, in words that stay the same when everything is started again.

    ``cameras`` are camera ids, ``programs`` paths of executables or scripts (a name where the path
    could not be read), ``user`` an account, ``place`` anything else that is looked at: a file, a
    registry key, a start entry, a driver, an indicator. Never a pid or a time.
    """

    cameras: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    user: str | None = None
    place: str | None = None

    def __str__(self) -> str:
        """All of it on one line, for readers and for the fingerprint."""
        parts = (self.place, *self.cameras, *self.programs, self.user)
        return " ".join(part for part in parts if part)


class Finding(NamedTuple):
    """A judgement with its evidence.

    ``check`` and ``subject`` together identify the same finding in two reports. ``harmless`` lists
    ordinary causes; ``remediation`` is for the user, ``technician`` for the person who helps.
    """

    check: str
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str
    evidence: tuple[Evidence, ...]
    remediation: tuple[str, ...]
    subject: Subject
    harmless: tuple[str, ...] = ()
    technician: tuple[str, ...] = ()
    signature: Signature | None = None

    @property
    def fingerprint(self) -> str:
        """The identity of this finding across reports: check, subject and rule."""
        return "/".join(
            filter(None, (self.check, str(self.subject), self.signature and self.signature.id))
        )


class Session(NamedTuple):
    """One use of a camera by one program, as the monitor saw it, and what was thought of it.

    ``process`` is the first of ``processes``; None: nobody was found. ``openings`` and
    ``processes`` are lower bounds, because the kernel merges events; 0 openings were seen of a use
    that began before the monitor. ``ended`` None: still in use, or its end was not seen: then it
    went on until ``seen_until`` at least and was over by ``over_by``. A begin that was not seen is
    the earliest time that it can have been, and ``began_by`` the latest.
    ``capture`` is ``active`` when frames flowed at any look. ``away`` tells what spoke against the
    user being there (``screen locked``, ``lid closed``, ``idle``). ``note`` says what is uncertain.
    ``answered``: the user has said that it was them, or has approved the program.
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
    answered: bool = False
    began_by: datetime | None = None
    seen_until: datetime | None = None
    over_by: datetime | None = None

    @property
    def over(self) -> datetime | None:
        """When it was over at the latest; None: it goes on."""
        return self.ended or self.over_by

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the findings."""
        severities = [finding.severity for finding in self.findings]
        return max(severities, key=lambda severity: severity.rank) if severities else None


class Span(NamedTuple):
    """A time in which a monitor watched: outside of all spans nothing is known."""

    began: datetime
    ended: datetime


class Past(NamedTuple):
    """What the history holds of a stretch of time. ``watched`` are the times of the monitor.

    ``remembered`` is what the system (``remembered_by``) has noted by itself, no session of the
    monitor; ``gaps`` is what of that could not be read.
    """

    since: datetime
    until: datetime
    sessions: tuple[Session, ...] = ()
    moments: tuple[Moment, ...] = ()
    watched: tuple[Span, ...] = ()
    remembered: tuple[CameraUse, ...] = ()
    remembered_by: str = ""
    gaps: tuple[Gap, ...] = ()


class CheckRun(NamedTuple):
    """A check that was made. ``limits`` are the subjects of the gaps in facts that it needed."""

    check: str
    title: str
    limits: tuple[str, ...] = ()


class Earlier(NamedTuple):
    """The report before this one, from the same folder, and what changed since.

    ``digest`` is that report's own. ``appeared`` and ``gone`` are fingerprints of findings that
    only the newer and only the older one has; ``altered`` are paths of programs whose file has
    another SHA-256 than then.
    """

    finished_at: datetime
    digest: str
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()


class Report(NamedTuple):
    """Facts and judgements of one scan. ``gaps`` are the snapshot's and the checks' own.

    ``checks`` are the checks that were made, in order. ``redacted`` tells that names and secrets
    were replaced by tokens. ``timeline`` is the history of the monitor, where there is one;
    ``past`` are its sessions of the last days, and ``watched`` the times in which it ran.
    ``approved`` are the programs in use (paths) that the user has approved and that are what they
    were then. ``earlier`` is what changed since the last report, where one is known.
    """

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    camcheck_version: str
    rules_version: str | None = None
    checks: tuple[CheckRun, ...] = ()
    redacted: bool = False
    timeline: tuple[Moment, ...] = ()
    past: tuple[Session, ...] = ()
    watched: tuple[Span, ...] = ()
    approved: tuple[str, ...] = ()
    earlier: Earlier | None = None

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the findings."""
        severities = [finding.severity for finding in self.findings]
        return max(severities, key=lambda severity: severity.rank) if severities else None
