"""Reads a stored report, which is a file from a stranger."""

import os
import stat
from typing import Any

from camcheck.errors import ReportError
from camcheck.fact import NamedTuple
from camcheck.findings import SCHEMA_VERSION, Report
from camcheck.render import json as render_json
from camcheck.render.html import CLOSING, OPENING
from camcheck.serial import fields, from_plain
from camcheck.version1 import upgraded_report

MAX_BYTES = 32 * 1024 * 1024
MAX_VALUES = 1_500_000
"""Most values in a file; with `MAX_BYTES` this bounds the memory."""

_DERIVED = ("schema_version", "platform", "verdict", "answer", "digest")


class Stored(NamedTuple):
    """What a file holds: the report, the digest it states and the one that it has.

    ``version`` is the schema's, ``verdict`` is as stated; ``page`` is the text of the HTML page
    that the data came in.
    """

    report: Report
    stated_digest: str
    digest: str
    version: int
    verdict: str
    page: str | None


def read_report(path: str) -> Stored:
    """The report in the ``.json`` or ``.html`` file at ``path``. Raises ReportError."""
    try:
        # a pipe or a device in its place must not make us wait
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise ReportError(f"{path} is no ordinary file.")
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        # Windows calls that a lack of permission.
        folder = "it is a directory" if os.path.isdir(path) else None
        reason = folder or getattr(error, "strerror", None) or "its name is not possible"
        raise ReportError(f"{path} could not be read: {reason}.") from error
    try:
        return parse(data)
    except ReportError as error:
        raise ReportError(f"{path}: {error}") from None


def parse(data: bytes) -> Stored:
    """The report in ``data``, JSON or the HTML page with JSON in it. Raises ReportError.

    Nothing in it is trusted: size and number of values are bounded before anything is made of
    them, keys must be unique, every field must have its type, and unknown fields are refused.
    """
    if len(data) > MAX_BYTES:
        raise ReportError(f"the file is larger than {MAX_BYTES // 2**20} MB; no report is.")
    page = None
    if data.lstrip()[:9].lower() == b"<!doctype":
        page = _decoded(data)
        data = _embedded(page).encode()
    document = _json(data)
    version, report = _report(document)
    return Stored(
        report,
        from_plain(str, document.get("digest", ""), where="digest"),
        render_json.digest(document),
        version,
        from_plain(str, document.get("verdict", ""), where="verdict"),
        page,
    )


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise ReportError("the file is no UTF-8 text.") from None


def _embedded(page: str) -> str:
    """The JSON in a page; two of them would let the reader and the browser differ."""
    if page.count(OPENING) != 1:
        raise ReportError("the page does not have exactly one camcheck report in it.")
    text, closing, _ = page.partition(OPENING)[2].partition(CLOSING)
    if not closing:
        raise ReportError("the page ends before its report does.")
    return text


def _json(data: bytes) -> dict[str, Any]:
    import json

    if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_VALUES:
        raise ReportError(f"the file has more than {MAX_VALUES} values; no report has.")
    try:
        document = json.loads(_decoded(data), object_pairs_hook=_unique, parse_constant=_no_number)
    except RecursionError:
        raise ReportError("the file is nested too deeply.") from None
    except ValueError:  # also numbers of thousands of digits
        raise ReportError("the file is no JSON.") from None
    if not isinstance(document, dict) or "schema_version" not in document:
        raise ReportError("the file is no camcheck report.")
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ReportError("the same key stands twice in one object.")
    return result


def _no_number(_name: str) -> None:
    raise ReportError("a number in the file is none.")


def _report(document: dict[str, Any]) -> tuple[int, Report]:
    version = from_plain(int, document["schema_version"], where="schema_version")
    if not 1 <= version <= SCHEMA_VERSION:
        raise ReportError(
            f"schema version {version} is not known; this camcheck reads versions 1 to "
            f"{SCHEMA_VERSION}. A newer camcheck may read it."
        )
    if version == 1:
        document = upgraded_report(document)
    known = fields(Report)
    body = {key: value for key, value in document.items() if key not in _DERIVED}
    own = {key: body.pop(key) for key in list(body) if key in known.keys() - {"gaps", "snapshot"}}
    gaps = _list(body.pop("gaps", None), where="gaps")
    facts = [_without(gap, "origin") for gap in gaps if _get(gap, "origin") == "facts"]
    own["findings"] = [
        _without(finding, "fingerprint") for finding in _list(own.get("findings"), where="findings")
    ]
    own["gaps"] = [_without(gap, "origin") for gap in gaps]
    own["snapshot"] = {**body, "gaps": facts}
    report: Report = from_plain(Report, own)
    return version, report


def _list(value: Any, *, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise ReportError(f"{where} is not a list.")
    return value


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, dict) else None


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: item for name, item in value.items() if name != key}
    return value
