"""Simple STIX 2.1 indicators, as spyware researchers publish them, turned into rules and hashes."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from camcheck.fact import NamedTuple
from camcheck.signatures.bundle import bundle_objects
from camcheck.signatures.hosts import as_host
from camcheck.signatures.pattern import SigmaError
from camcheck.signatures.rule import KnownHash, KnownHost, ParsedRule
from camcheck.signatures.sigma import parsed

_TOKEN = re.compile(
    r"\s*(?:(?P<bracket>[\[\]])|(?P<or>OR)\b"
    r"|(?P<kind>[\w-]+):(?P<field>[\w.'-]+)\s*=\s*'(?P<value>(?:[^'\\]|\\.)*)')"
)
_SHAPE = re.compile(r"\[p(?:rp)*\](?:r\[p(?:rp)*\])*\Z")
_HASH = re.compile(r"hashes\.'?sha-?256'?", re.IGNORECASE)
_HOSTS = ("domain-name:value", "ipv4-addr:value", "url:value")


class Stix(NamedTuple):
    """What a bundle holds: rules, hashes, hosts, and in words what of it cannot be used."""

    rules: list[ParsedRule]
    hashes: list[KnownHash]
    hosts: list[KnownHost]
    refusals: list[str]


def read_stix(file: BinaryIO, *, origin: str) -> Stix:
    """The indicators of a bundle. Raises UnreadableError when it is no bundle."""
    found = Stix([], [], [], [])
    skipped: dict[str, int] = {}
    names = {
        str(one.get("id")): str(one.get("name"))
        for one in bundle_objects(file)
        if one.get("type") == "identity" and one.get("name")
    }
    for one in bundle_objects(file):
        if one.get("type") == "indicator":
            for why in _add(one, found, names=names, origin=origin):
                skipped[why] = skipped.get(why, 0) + 1
    found.refusals.extend(
        f"{count:,} indicators cannot be used: {why}" for why, count in sorted(skipped.items())
    )
    return found


def _add(
    indicator: dict[str, Any], found: Stix, *, names: dict[str, str], origin: str
) -> Iterator[str]:
    """Keeps what an indicator names, and says why it does not."""
    identity = str(indicator.get("id", "indicator"))
    author = names.get(str(indicator.get("created_by_ref")), "unknown author")
    name = str(indicator.get("name") or "known indicator")
    try:
        comparisons = comparisons_of(str(indicator.get("pattern", "")))
    except SigmaError as error:
        yield str(error)
        return
    for number, (kind, field, value) in enumerate(comparisons):
        if kind == "file" and _HASH.fullmatch(field):
            if re.fullmatch("[0-9a-fA-F]{64}", value):
                found.hashes.append(KnownHash(value.lower(), None, name, "", "any", origin, author))
            continue
        host = as_host(value) if f"{kind}:{field}" in _HOSTS else None
        if host is not None:
            found.hosts.append(KnownHost(host, name, "", origin, author))
            continue
        document = _document(kind, field, value)
        if document is None:
            yield f"{kind}:{field} is nothing that camcheck can look up"
            continue
        document |= {"id": f"{identity}/{number}", "title": name, "author": author}
        found.rules.append(parsed(document, origin=origin))


def comparisons_of(pattern: str) -> list[tuple[str, str, str]]:
    """The comparisons of ``[a:b = 'c' OR d:e = 'f'] OR [...]``. Raises SigmaError for all else."""
    found, shape, end = [], "", 0
    while match := _TOKEN.match(pattern, end):
        end = match.end()
        if match["kind"]:
            shape += "p"
            value = re.sub(r"\\(.)", r"\1", match["value"])
            found.append((match["kind"], match["field"], value))
        else:
            shape += match["bracket"] or "r"
    if pattern[end:].strip() or not _SHAPE.match(shape):
        raise SigmaError("the pattern is more than comparisons joined by OR")
    return found


def _document(kind: str, field: str, value: str) -> dict[str, Any] | None:
    """A Sigma document for one comparison; a bare name never raises more than information."""
    literal = re.sub(r"([*?\\])", r"\\\1", value)
    lookups: list[str] = []
    match kind, field:
        case ("process" | "file", "name"):
            search: dict[str, Any] = {"Image|endswith": ["/" + literal, "\\" + literal]}
            level, category = "informational", "process_creation"
        case "process", "command_line":
            search = {"CommandLine": literal}
            level, category = "high", "process_creation"
        case "process", "image_ref.path" | "executable_path":
            search = {"Image": literal}
            level, category = "high", "process_creation"
        case "file", "path":
            search = {"TargetFilename": literal}
            level, category, lookups = "high", "file_event", [value]
        case _:
            return None
    return {
        "level": level,
        "logsource": {"category": category},
        "detection": {"selection": search, "condition": "selection"},
        "camcheck": {"confidence": "medium", "lookups": {"files": lookups}},
    }
