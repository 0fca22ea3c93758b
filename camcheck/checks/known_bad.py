"""Which facts match a rule or a hash of something that is known to be bad, or to watch people."""

from collections.abc import Iterable, Iterator

from camcheck.checks.sentences import TEXTS
from camcheck.fact import NamedTuple
from camcheck.findings import Confidence, Evidence, Finding, Severity, Signature, Subject
from camcheck.model import (
    Artifact,
    ArtifactKind,
    CameraUse,
    Fact,
    Gap,
    Nature,
    PersistenceEntry,
    Process,
    Provenance,
    Reason,
    Snapshot,
)
from camcheck.program import program_file
from camcheck.signatures.expression import Unknown, reasons
from camcheck.signatures.fields_of import (
    Family,
    FieldEvent,
    camera_events,
    file_events,
    persistence_events,
    process_events,
    registry_events,
    use_events,
)
from camcheck.signatures.match import TooSlow, matches
from camcheck.signatures.rule import KnownHash, KnownHost, Rule, RuleText
from camcheck.signatures.ruleset import (
    NO_USER_RULES,
    Part,
    Ruleset,
    UserRules,
    rules_of_system,
)
from camcheck.signatures.verdict import wording
from camcheck.typed import Any

_SEVERITY = {
    "informational": Severity.INFO,
    "low": Severity.LOW,
    "medium": Severity.MEDIUM,
    "high": Severity.HIGH,
    "critical": Severity.CRITICAL,
}
_NAMELESS = "a program of another user"
_MUCH = 8
"""Pieces of evidence that one finding shows; more of the same say nothing new."""


class _Match(NamedTuple):
    rule: Rule
    event: FieldEvent
    part: Part


class KnownBad:
    """A program, autostart entry, file or setting that a rule or a list of hashes describes."""

    id = "known-bad"
    texts = TEXTS["known-bad"]
    needs = frozenset({Fact.PROCESSES, Fact.HOLDERS, Fact.PERSISTENCE, Fact.SIGNATURES})

    def __init__(self, user: UserRules | None = None) -> None:
        self._user = user or NO_USER_RULES

    def run(self, snapshot: Snapshot) -> Iterator[Finding | Gap]:
        """A finding per rule and subject; a gap where there are no rules, or one was given up."""
        rules = rules_of_system(snapshot.host.system, self._user)
        if rules is None:
            yield Gap(
                Fact.SIGNATURES,
                snapshot.host.system,
                Reason.UNSUPPORTED,
                "There are no rules for this operating system; nothing was compared with them.",
            )
            return
        yield from _by_rule(rules, snapshot)
        yield from _by_hash(rules, snapshot)
        yield from _by_yara(snapshot)
        yield from _by_host(self._user.hosts, snapshot)


def _by_rule(rules: Ruleset, snapshot: Snapshot) -> Iterator[Finding | Gap]:
    family = Family(snapshot)
    categories: dict[str, Iterable[FieldEvent]] = {
        "process_creation": process_events(snapshot, family),
        "camera_access": camera_events(snapshot, family),
        "camera_use": use_events(snapshot),
        "persistence": persistence_events(snapshot),
        "file_event": file_events(snapshot),
        "registry_set": registry_events(snapshot),
    }
    same: dict[tuple[str, Subject], list[_Match]] = {}
    for category, events in categories.items():
        for group, part in rules.groups(category):
            for match in matches(group, list(events)):
                if isinstance(match, TooSlow):
                    yield _given_up(match.rule, part)
                    continue
                rule, event = match
                key = rule.id, _subject(event.fact)
                same.setdefault(key, []).append(_Match(rule, event, part))
    for (_, subject), found in same.items():
        yield _finding(found, subject)


def _given_up(rule: Rule, part: Part) -> Gap:
    text = part.texts()[rule.id]
    return Gap(
        Fact.SIGNATURES,
        f"{text.title} ({text.origin})",
        Reason.TIMED_OUT,
        "A regular expression of this rule takes too long, so the rule was not used to the end.",
    )


def _subject(fact: Any) -> Subject:
    """What a finding is about, in words that are the same after a restart of the program."""
    match fact:
        case Process():
            return Subject(
                programs=(program_file(fact) or fact.name or "a program of another user",)
            )
        case PersistenceEntry() | Artifact():
            return Subject(place=fact.path)
        case CameraUse():
            return Subject(programs=(fact.program,))
    raise TypeError(fact)


def _finding(found: list[_Match], subject: Subject) -> Finding:
    rule, _, part = found[0]
    text, provenance = part.texts()[rule.id], part.provenance
    words = wording(rule.verdict)
    quiet = rule.status == "experimental" or rule.verdict == "dual-use"
    explanation = f"{text.description} {words.meaning}".strip()
    if provenance is not Provenance.BUILT_IN:
        explanation += f" The rule is by {text.author}, read from {text.origin}."
    evidence = dict.fromkeys(one for match in found for one in _evidence(match))
    return Finding(
        check=KnownBad.id,
        severity=Severity.INFO if quiet else _SEVERITY[rule.level],
        confidence=Confidence(rule.confidence),
        title=words.title(text.family or text.title),
        explanation=explanation,
        evidence=tuple(evidence)[:_MUCH],
        remediation=words.steps,
        subject=subject,
        harmless=text.falsepositives,
        technician=(f"Rule {rule.id}, status {rule.status}, {text.origin}", *text.tags),
        signature=Signature(
            rule.id,
            text.title,
            text.author,
            text.origin,
            text.references,
            provenance,
            Nature(rule.verdict),
        ),
    )


def _evidence(match: _Match) -> Iterator[Evidence]:
    fact = match.event.fact
    source = f"process {fact.pid}" if isinstance(fact, Process) else str(_subject(fact))
    if isinstance(fact, CameraUse):
        source = fact.source
        yield Evidence(f"It used a camera on {fact.began:%Y-%m-%d %H:%M} UTC.", source)
    for field, value in reasons(match.rule.expression, match.event):
        if isinstance(value, tuple):
            value = ", ".join(one for one in value if isinstance(one, str))
        if value is not None and not isinstance(value, Unknown):
            yield Evidence(f"{field} is {value}", source)


def _by_hash(rules: Ruleset, snapshot: Snapshot) -> Iterator[Finding]:
    known = rules.hashes()
    seen: dict[tuple[KnownHash, Provenance, Subject], str] = {}
    facts: list[Process | Artifact] = [*snapshot.processes, *snapshot.artifacts]
    for one in facts:
        for match, provenance in known.get(one.sha256 or "", ()):
            source = f"process {one.pid}" if isinstance(one, Process) else one.path
            seen.setdefault((match, provenance, _subject(one)), source)
    for (match, provenance, subject), source in seen.items():
        yield _hash_finding(match, provenance, subject, source)


def _hash_finding(
    known: KnownHash, provenance: Provenance, subject: Subject, source: str
) -> Finding:
    text = RuleText(
        known.sha256, f"File of {known.family}", "", known.author, known.origin, known.family
    )
    nature = Nature.MALWARE if provenance is Provenance.BUILT_IN else Nature.EXTERNAL
    words = wording(nature)
    return Finding(
        check=KnownBad.id,
        severity=Severity.CRITICAL,
        confidence=Confidence.HIGH,
        title=words.title(known.family),
        explanation=f"This file is byte for byte one that was published as {known.family}. "
        f"{words.meaning}",
        evidence=(Evidence(f"The SHA-256 of the file is {known.sha256}", source),),
        remediation=words.steps,
        subject=subject,
        technician=(f"Listed in {known.origin}",),
        signature=Signature(
            known.sha256,
            text.title,
            known.author,
            known.origin,
            (known.reference,),
            provenance,
            nature,
        ),
    )


def _by_host(hosts: Iterable[KnownHost], snapshot: Snapshot) -> Iterator[Finding]:
    known = {one.host: one for one in hosts}
    if not known:
        return
    from camcheck.signatures.hosts import hosts_in

    facts: list[Process | PersistenceEntry] = [*snapshot.processes, *snapshot.persistence]
    seen: dict[tuple[KnownHost, Subject], str] = {}
    for one in facts:
        command = " ".join(one.cmdline) if isinstance(one, Process) else one.command
        for match in hosts_in(command, known):
            source = f"process {one.pid}" if isinstance(one, Process) else one.path
            seen.setdefault((match, _subject(one)), source)
    words = wording("external")
    for (match, subject), source in seen.items():
        yield Finding(
            check=KnownBad.id,
            severity=Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
            title=words.title(match.family),
            explanation=f"A command here names {match.host}, which stands in a list by "
            f"{match.author}, read from {match.origin}. {words.meaning}",
            evidence=(Evidence(f"The command names {match.host}", source),),
            remediation=words.steps,
            subject=subject,
            signature=Signature(
                match.host, match.family, match.author, match.origin, (), Provenance.FEED
            ),
        )


def _by_yara(snapshot: Snapshot) -> Iterator[Finding]:
    words = wording("external")
    for one in snapshot.artifacts:
        if one.kind is not ArtifactKind.YARA:
            continue
        rule, author = one.value or "", one.author or "unknown author"
        origin = one.origin or ""
        yield Finding(
            check=KnownBad.id,
            severity=Severity.MEDIUM,
            confidence=Confidence.MEDIUM,
            title=words.title(rule),
            explanation=f"The contents of this program match a YARA rule by {author}, read from "
            f"{origin}. {words.meaning}",
            evidence=(Evidence(f"The YARA rule {rule} matches", one.path),),
            remediation=words.steps,
            subject=Subject(place=one.path),
            signature=Signature(rule, rule, author, origin, (), Provenance.USER),
        )
