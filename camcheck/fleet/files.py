"""Which files are meant: those that are named, and those in folders that can be reports."""

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from camcheck.errors import ReportError


class File(NamedTuple):
    """A file by its whole path; ``time`` is its last change in nanoseconds since 1970."""

    path: str
    size: int
    time: int


def found(names: Sequence[str]) -> list[File]:
    """The files, sorted. A folder stands for the .json and .html files in it and below; no link
    to a folder is followed. Raises ReportError when there are none.
    """
    paths = dict.fromkeys(os.path.abspath(path) for name in names for path in _paths(name))
    if not paths:
        raise ReportError("There is no .json or .html report among the files.")
    return sorted(map(_looked_at, paths))


def _paths(name: str) -> Iterator[str]:
    if not os.path.isdir(name):
        yield name
        return
    for folder, _folders, files in os.walk(name):
        yield from (os.path.join(folder, file) for file in files if _can_be_report(file))


def _can_be_report(name: str) -> bool:
    """OCSF events, signatures and tickets lie beside reports and are none."""
    return name.endswith((".json", ".html")) and not name.endswith(".ocsf.json")


def _looked_at(path: str) -> File:
    """A file that is not there has no size; reading it says so."""
    try:
        told = os.stat(path)
    except (OSError, ValueError):
        return File(path, -1, -1)
    return File(path, told.st_size, told.st_mtime_ns)
