"""Lists as feeds publish them: digests, domains and addresses, one a line, with or without header.

Read are our own form of a list of digests, ``value;comment``, plain lines, files in the form of
``/etc/hosts``, and tables whose header names what is in which column.
"""

import csv
import re
from collections.abc import Iterator

from camcheck.fact import NamedTuple
from camcheck.signatures.document import UnreadableError
from camcheck.signatures.hosts import as_host
from camcheck.signatures.rule import KnownHash, KnownHost

_SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")
_OTHER_DIGEST = re.compile(r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{128})\Z")
_SIZE = re.compile(r"[0-9]{1,12}\Z")
_NOWHERE = ("0.0.0.0", "127.0.0.1", "::", "::1")  # noqa: S104  what a list of hosts begins with
_COLUMNS = {
    "value": "sha256 hash filehash indicator ioc value domain domainname host hostname fqdn url ip "
    "ipaddress address",
    "family": "family malware app application packagename name threat signature tag comment",
    "size": "size filesize",
    "reference": "reference source link",
    "product": "product",
}
"""What the columns of tables are called; the first that is there counts."""


class Listed(NamedTuple):
    """What a list holds, and what of it cannot be used: the first such line, and why."""

    hashes: list[KnownHash]
    hosts: list[KnownHost]
    refusals: list[tuple[int, str]]


class _Row(NamedTuple):
    value: str
    family: str = ""
    size: str = ""
    reference: str = ""
    product: str = "any"


def read_list(text: str, *, origin: str) -> Listed:
    """The entries of a list. Raises UnreadableError for a text in which there are none."""
    found = Listed([], [], [])
    skipped: dict[str, list[int]] = {}
    for line, row in _rows(text):
        why = _add(row, found, origin=origin)
        if why:
            skipped.setdefault(why, []).append(line)
    if skipped and not found.hashes and not found.hosts:
        why, lines = next(iter(skipped.items()))
        raise UnreadableError(why, lines[0])
    for why, lines in skipped.items():
        counted = f"{why} ({len(lines):,} lines from here)" if len(lines) > 1 else why
        found.refusals.append((lines[0], counted))
    return found


def _add(row: _Row, found: Listed, *, origin: str) -> str | None:
    """Keeps what a row names, or says why not."""
    about = row.family or "a published list"
    if _SHA256.match(row.value):
        if row.size and not _SIZE.match(row.size):
            return f"{row.size!r} is no size in bytes"
        size = int(row.size) if row.size else None
        known = KnownHash(row.value.lower(), size, about, row.reference, row.product, origin)
        found.hashes.append(known._replace(author="unknown author"))
        return None
    if _OTHER_DIGEST.match(row.value):
        return "digests other than SHA-256 are not compared"
    host = as_host(row.value)
    if host is None:
        return "this is no SHA-256 (64 hexadecimal digits), domain or address"
    found.hosts.append(KnownHost(host, about, row.reference, origin, "unknown author"))
    return None


def _rows(text: str) -> Iterator[tuple[int, _Row]]:
    """The rows with their line numbers, without header, comments and empty ones."""
    first = next((line for line in text.splitlines() if _has_content(line)), "")
    delimiter = ";" if ";" in first else ","
    table = csv.reader(text.splitlines(), delimiter=delimiter)
    columns: dict[str, int] | None = None
    begun = False
    try:
        for cells in table:
            if not cells or (not _has_content(cells[0]) and len(cells) == 1):
                continue
            cells = [cell.strip() for cell in cells]
            if cells[0].startswith("#"):
                continue
            if not begun:
                begun = True
                columns = _header(cells)
                if columns is not None:
                    continue
            if columns is None and delimiter == ";":
                cells = [cells[0], "; ".join(cells[1:])]  # a digest, and a comment as it comes
            for row in _understood(cells, columns):
                yield table.line_num, row
    except csv.Error as error:
        raise UnreadableError(f"this is no list: {error}", table.line_num) from None


def _has_content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _header(cells: list[str]) -> dict[str, int] | None:
    """Which column means what, where the first row is a header."""
    named = {re.sub(r"[^a-z0-9]", "", cell.casefold()): at for at, cell in enumerate(cells)}
    columns = {
        meaning: next(named[name] for name in names.split() if name in named)
        for meaning, names in _COLUMNS.items()
        if any(name in named for name in names.split())
    }
    return columns if "value" in columns else None


def _understood(cells: list[str], columns: dict[str, int] | None) -> Iterator[_Row]:
    if columns is not None:
        said = {name: cells[at] for name, at in columns.items() if at < len(cells)}
        yield _Row(**{"value": "", **said})
        return
    words = cells[0].partition(" #")[0].split()
    if len(words) > 1 and words[0] in _NOWHERE:
        yield from (_Row(word) for word in words[1:])
    elif len(cells) == 2:
        yield _Row(" ".join(words), cells[1])
    else:
        value = " ".join(words)
        _, size, family, reference, product, *_ = (*cells, "", "", "", "", "")
        yield _Row(value, family, size, reference, product or "any")
