"""Which files are meant: those that are named, and those in folders that can be reports."""

import os
from collections.abc import Iterator, Sequence

from camcheck.errors import ReportError
from camcheck.fact import NamedTuple


class File(NamedTuple):
    """A file by its whole path; ``time`` is its last change in nanoseconds since 1970."""

    path: str
    size: int
    time: int


def found(names: Sequence[str]) -> Iterator[File]:
    """The files, one after the other, as there can be more than fit into memory. A folder stands
    for the .json and .html files in it and below, sorted, but for names that begin with _; no link
    to a folder is followed.
    """
    return map(_looked_at, _paths(names))


def count(names: Sequence[str]) -> int:
    """How many they are. Raises ReportError when there are none."""
    number = sum(1 for _ in _paths(names))
    if not number:
        raise ReportError("There is no .json or .html report among the files.")
    return number


def plain(text: str) -> str:
    """What engines can hold: a NUL ends a text in many of them, half a pair of surrogates breaks
    UTF-8.
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _paths(names: Sequence[str]) -> Iterator[str]:
    for name in dict.fromkeys(map(os.path.abspath, names)):
        if not os.path.isdir(name):
            yield name
            continue
        for folder, folders, files in os.walk(name):
            folders[:] = sorted(one for one in folders if not one.startswith("_"))
            yield from (
                os.path.join(folder, file) for file in sorted(files) if _can_be_report(file)
            )


def _can_be_report(name: str) -> bool:
    """OCSF events, signatures and tickets lie beside reports and are none; nor is a data set's
    own file, whose name begins with _.
    """
    is_other = name.startswith("_") or name.endswith(".ocsf.json")
    return name.endswith((".json", ".html")) and not is_other


def _looked_at(path: str) -> File:
    """A file that is not there has no size; reading it says so."""
    try:
        told = os.stat(path)
    except (OSError, ValueError):
        return File(path, -1, -1)
    return File(path, told.st_size, told.st_mtime_ns)
