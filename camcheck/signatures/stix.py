"""Simple STIX 2.1 indicators, as spyware researchers publish them, turned into rules and hashes."""

import re
from typing import Any, NamedTuple

from camcheck.signatures.document import UnreadableError
from camcheck.signatures.pattern import SigmaError
from camcheck.signatures.rule import KnownHash, ParsedRule
from camcheck.signatures.sigma import parsed

_COMPARISON = re.compile(r"\s*([\w-]+):([\w.'-]+)\s*=\s*'((?:[^'\\]|\\.)*)'\s*")
_HASH = re.compile(r"hashes\.'?sha-?256'?", re.IGNORECASE)


class Stix(NamedTuple):
    """What a bundle holds: rules, hashes, and in words what of it cannot be used."""

    rules: list[ParsedRule]
    hashes: list[KnownHash]
    refusals: list[str]


def read_stix(text: str, *, origin: str) -> Stix:
    """The indicators of a bundle. Raises UnreadableError when it is no bundle."""
    import json

    try:
        bundle = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(
            f"this is not JSON: {error}", getattr(error, "lineno", None)
        ) from None
    objects = bundle.get("objects") if isinstance(bundle, dict) else None
    if not isinstance(objects, list):
        raise UnreadableError("this is no STIX bundle: it has no list of objects")
    found = Stix([], [], [])
    skipped: dict[str, int] = {}
    names = _names(objects)
    for one in objects:
        if isinstance(one, dict) and one.get("type") == "indicator":
            _add(one, found, skipped, names=names, origin=origin)
    found.refusals.extend(
        f"{count} indicators cannot be used: {why}" for why, count in sorted(skipped.items())
    )
    return found


def _names(objects: list[Any]) -> dict[str, str]:
    return {
        str(one.get("id")): str(one.get("name"))
        for one in objects
        if isinstance(one, dict) and one.get("name")
    }


def _add(
    indicator: dict[str, Any],
    found: Stix,
    skipped: dict[str, int],
    *,
    names: dict[str, str],
    origin: str,
) -> None:
    identity = str(indicator.get("id", "indicator"))
    author = names.get(str(indicator.get("created_by_ref")), "unknown author")
    name = str(indicator.get("name") or "known indicator")
    try:
        comparisons = _comparisons(str(indicator.get("pattern", "")))
    except SigmaError as error:
        skipped[str(error)] = skipped.get(str(error), 0) + 1
        return
    for number, (kind, field, value) in enumerate(comparisons):
        if kind == "file" and _HASH.fullmatch(field):
            if re.fullmatch("[0-9a-fA-F]{64}", value):
                found.hashes.append(KnownHash(value.lower(), None, name, "", "any", origin, author))
            continue
        document = _document(kind, field, value)
        if document is None:
            why = f"{kind}:{field} is nothing that camcheck can look up"
            skipped[why] = skipped.get(why, 0) + 1
            continue
        document |= {"id": f"{identity}/{number}", "title": name, "author": author}
        found.rules.append(parsed(document, origin=origin))


def _comparisons(pattern: str) -> list[tuple[str, str, str]]:
    """The comparisons of ``[a:b = 'c' OR d:e = 'f'] OR [...]``. Raises SigmaError for all else."""
    found = []
    for part in re.split(r"\]\s*OR\s*\[|\s+OR\s+", pattern.strip()):
        match = _COMPARISON.fullmatch(part.strip().strip("[]"))
        if match is None:
            raise SigmaError("the pattern is more than comparisons joined by OR")
        value = re.sub(r"\\(.)", r"\1", match[3])
        found.append((match[1], match[2], value))
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
