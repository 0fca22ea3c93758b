"""Hash lists: SHA-256, size, family and reference, one a line."""

import csv
import re

from camcheck.signatures.document import UnreadableError
from camcheck.signatures.rule import KnownHash

_SHA256 = re.compile(r"[0-9a-fA-F]{64}\Z")
_SIZE = re.compile(r"[0-9]{1,12}\Z")


def known_hashes(text: str, *, origin: str, author: str) -> list[KnownHash]:
    """The hashes of a list: ``sha256,size,family,reference[,product]`` or ``hash;comment``.

    The size may be empty. Raises `UnreadableError` with the line of the first that is wrong.
    """
    known = []
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        for row in rows:
            if not row or row[0].startswith("#") or row[0] == "sha256":
                continue
            known.append(_known_hash(row, rows.line_num, origin=origin, author=author))
    except csv.Error as error:
        raise UnreadableError(f"this is no list of hashes: {error}", rows.line_num) from None
    return known


def _known_hash(row: list[str], line: int, *, origin: str, author: str) -> KnownHash:
    fields = [one.strip() for one in row]
    if not _SHA256.match(fields[0]):
        raise UnreadableError("this is no SHA-256 (64 hexadecimal digits)", line)
    if len(fields) == 2:
        return KnownHash(fields[0].lower(), None, fields[1], "", "any", origin, author)
    sha256, size, family, reference, product, *_ = (*fields, "", "", "", "any")
    if size and not _SIZE.match(size):
        raise UnreadableError(f"{size!r} is no size in bytes", line)
    return KnownHash(
        sha256.lower(), int(size) if size else None, family, reference, product, origin, author
    )
