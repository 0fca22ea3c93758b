"""What a rule is once it is compiled: plain tuples that load in a millisecond."""

from camcheck.fact import NamedTuple
from camcheck.typed import Any

Expression = tuple[Any, ...]
"""A condition as data: ``("&", a, b)``, ``("|", a, b)``, ``("!", a)`` or a leaf of `expression`."""


class Rule(NamedTuple):
    """What matching needs. ``level``, ``status`` are Sigma's words; the rest is the camcheck block.

    ``verdict`` is malware, monitoring, dual-use, suspicious (generic rules) or external (a rule of
    the user's that says nothing).
    """

    id: str
    level: str
    status: str
    verdict: str
    confidence: str
    expression: Expression


class RuleText(NamedTuple):
    """What a reader needs, loaded only when a rule matched or is asked for."""

    id: str
    title: str
    description: str
    author: str
    origin: str
    family: str = ""
    date: str = ""
    product: str = "any"
    category: str = ""
    evidence: str = ""
    references: tuple[str, ...] = ()
    falsepositives: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    matching: tuple[dict[str, Any], ...] = ()
    near_misses: tuple[dict[str, Any], ...] = ()


class Anchor(NamedTuple):
    """Where to look first: words or pieces of text in one field, each with its rules."""

    field: str
    words: tuple[tuple[str, tuple[int, ...]], ...]
    pieces: tuple[tuple[str, tuple[int, ...]], ...]


class Group(NamedTuple):
    """The rules of one category, with their anchors. ``always`` are rules that have none."""

    rules: tuple[Rule, ...]
    anchors: tuple[Anchor, ...]
    always: tuple[int, ...]


class KnownHash(NamedTuple):
    """A published SHA-256. ``size`` in bytes, None when the reference does not say."""

    sha256: str
    size: int | None
    family: str
    reference: str
    product: str = "any"
    origin: str = ""
    author: str = ""


class KnownHost(NamedTuple):
    """A published domain, network address or page (``host/path``), lower case."""

    host: str
    family: str
    reference: str = ""
    origin: str = ""
    author: str = ""


class Lookups(NamedTuple):
    """What rules ask the collectors to look for: path templates and registry keys or values.

    A path may begin with ``~/``, which stands for each home, or a Windows folder name such as
    ``%APPDATA%``; ``*`` stands for one path component or a part of one.
    """

    files: tuple[str, ...] = ()
    registry: tuple[str, ...] = ()


class ParsedRule(NamedTuple):
    """One understood document: what matching, readers and collectors need of it."""

    category: str
    product: str
    rule: Rule
    text: RuleText
    lookups: Lookups
