"""Sigma values and modifiers, understood: ``Image|endswith: x`` becomes a leaf expression."""

import re
from enum import Enum
from typing import Any

from camcheck.signatures.rule import Expression


class SigmaError(Exception):
    """A rule that cannot be used, with the keys that lead to the faulty place."""

    def __init__(self, message: str, *where: str | int) -> None:
        super().__init__(message)
        self.where = where


class Wild(Enum):
    """A wildcard: what stands for unknown text in a pattern."""

    STAR = "*"
    ONE = "?"
    DASH = "-"


Parts = list[str | Wild]

MODIFIERS = frozenset(
    "contains startswith endswith all re i m s cidr exists windash cased gt gte lt lte neq".split()  # noqa: SIM905
)
_DASHES = "-/–—―"  # noqa: RUF001  these look-alike dashes are what Windows programs accept
_COMPARES = {"gt": "gt", "gte": "ge", "lt": "lt", "lte": "le"}
_REGEX_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


def leaf(field: str, modifiers: list[str], value: Any) -> Expression:
    """The expression for ``field|modifiers: value``. Raises `SigmaError` for the unsupported."""
    unknown = [name for name in modifiers if name not in MODIFIERS]
    if unknown:
        raise SigmaError(f"modifier {unknown[0]!r} is not supported")
    if "exists" in modifiers:
        if not isinstance(value, bool):
            raise SigmaError("'exists' takes true or false")
        return ("exists", field, value)
    values = value if isinstance(value, list) else [value]
    if not values:
        raise SigmaError(f"field {field!r} has an empty list of values")
    leaves = [_single(field, modifiers, one) for one in values]
    every = "all" in modifiers
    expression = _join("&", leaves) if every else _join("|", _merged(leaves))
    return ("!", expression) if "neq" in modifiers else expression


def _join(kind: str, parts: list[Expression]) -> Expression:
    return parts[0] if len(parts) == 1 else (kind, *parts)


def _merged(leaves: list[Expression]) -> list[Expression]:
    """Leaves of one kind become one leaf with many values."""
    merged: dict[tuple[str, str], list[str]] = {}
    others: list[Expression] = []
    for one in leaves:
        if one[0].casefold() in ("eq", "in", "pre", "suf"):
            merged.setdefault((one[0], one[1]), []).extend(one[2])
        else:
            others.append(one)
    return [(kind, field, tuple(values)) for (kind, field), values in merged.items()] + others


def _single(field: str, modifiers: list[str], value: Any) -> Expression:
    if value is None:
        return ("exists", field, False)
    for name, compare in _COMPARES.items():
        if name in modifiers:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise SigmaError(f"{name!r} takes a number")
            return ("num", field, compare, float(value))
    if isinstance(value, bool):
        value = str(value).casefold()
    if not isinstance(value, str | int | float):
        raise SigmaError(f"field {field!r} has a value that is neither text nor number")
    text = str(value)
    if "re" in modifiers:
        return _regex(field, modifiers, text)
    if "cidr" in modifiers:
        return _network(field, text)
    return _text(field, modifiers, text)


def _regex(field: str, modifiers: list[str], source: str) -> Expression:
    flags = 0
    for name in modifiers:
        flags |= _REGEX_FLAGS.get(name, 0)
    try:
        re.compile(source, flags)
    except re.error as error:
        raise SigmaError(f"regular expression does not compile: {error}") from None
    return ("re", field, source, int(flags))


def _network(field: str, text: str) -> Expression:
    import ipaddress

    try:
        return ("cidr", field, str(ipaddress.ip_network(text)))
    except ValueError as error:
        raise SigmaError(f"'cidr' takes a network: {error}") from None


def _text(field: str, modifiers: list[str], text: str) -> Expression:
    parts = parse(text)
    if "windash" in modifiers:
        parts = _with_any_dash(parts)
    if {"contains", "endswith"} & set(modifiers) and parts[:1] != [Wild.STAR]:
        parts.insert(0, Wild.STAR)
    if {"contains", "startswith"} & set(modifiers) and parts[-1:] != [Wild.STAR]:
        parts.append(Wild.STAR)
    cased = "cased" in modifiers
    if not cased:
        parts = [part.casefold() if isinstance(part, str) else part for part in parts]
    kind, value = _simplest(parts)
    if kind == "rx":
        return ("RX" if cased else "rx", field, value, int(re.DOTALL))
    return (kind.upper() if cased else kind, field, (value,))


def parse(text: str) -> Parts:
    """Text and wildcards: ``\\*`` is a star, ``\\\\*`` a backslash and a wildcard."""
    parts: Parts = []
    literal = ""
    escaped = False
    for char in text:
        if escaped:
            literal += char if char in "*?\\" else "\\" + char
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "*?":
            if literal:
                parts.append(literal)
            literal = ""
            parts.append(Wild(char))
        else:
            literal += char
    literal += "\\" if escaped else ""
    return [*parts, literal] if literal else parts


def _with_any_dash(parts: Parts) -> Parts:
    dashed: Parts = []
    for part in parts:
        if isinstance(part, Wild):
            dashed.append(part)
            continue
        for index, piece in enumerate(re.split(r"\B[-/]\b", part)):
            if index:
                dashed.append(Wild.DASH)
            if piece:
                dashed.append(piece)
    return dashed


def _simplest(parts: Parts) -> tuple[str, str]:
    """The cheapest test that says the same: equality, part of a text, or a regular expression."""
    match parts:
        case []:
            return "eq", ""
        case [str(text)]:
            return "eq", text
        case [Wild.STAR]:
            return "in", ""
        case [Wild.STAR, str(text), Wild.STAR]:
            return "in", text
        case [str(text), Wild.STAR]:
            return "pre", text
        case [Wild.STAR, str(text)]:
            return "suf", text
    return "rx", _glob(parts)


def _glob(parts: Parts) -> str:
    """A regular expression in linear time: a star that was settled is never tried again."""
    pieces = [""]
    if Wild.STAR not in parts:
        return r"\A" + "".join(map(_as_regex, parts)) + r"\Z"
    for part in parts:
        if part is Wild.STAR:
            pieces.append("")
        else:
            pieces[-1] += _as_regex(part)
    first, *middle, last = pieces
    return r"\A" + first + "".join(f"(?>.*?{piece})" for piece in middle if piece) + f".*{last}\\Z"


def _as_regex(part: str | Wild) -> str:
    match part:
        case Wild.ONE:
            return "."
        case Wild.DASH:
            return f"[{_DASHES}]"
        case _:
            return re.escape(str(part))
