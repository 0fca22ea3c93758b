"""Digests of the programs that run, for rules that know bad ones by their contents.

A program file can be huge, and its file system can be a program that never answers.
"""

import errno
import os
import time
from collections.abc import Container, Iterable

from camcheck.bounded import PROGRAMS, in_time
from camcheck.collect.files import MAX_HASHED, MAX_HOLDER_HASHED, digest
from camcheck.model import Process

ENOUGH = 20.0  # seconds for all programs; on an ordinary machine it takes milliseconds
_HUGE = 1 << 30  # bytes; no ordinary program is as large


def with_digests(
    processes: Iterable[Process],
    *,
    sizes: Container[int],
    holders: Container[int],
    proc: str = "/proc",
) -> tuple[Process, ...]:
    """The processes, those with a digest whose executable has a size that is in a list of hashes.

    Published hashes mostly come without a size; they are compared with the executables of camera
    holders (``holders`` are pids), up to `MAX_HOLDER_HASHED`.
    """
    known: dict[tuple[int, int, int], str | None] = {}
    until = time.monotonic() + ENOUGH
    return tuple(
        _with_digest(process, sizes, holders, proc, known, until)
        if process.exe and (sizes or process.pid in holders)
        else process
        for process in processes
    )


def _with_digest(
    process: Process,
    sizes: Container[int],
    holders: Container[int],
    proc: str,
    known: dict[tuple[int, int, int], str | None],
    until: float,
) -> Process:
    def look() -> str | None:
        return _executable_digest(process, sizes, holders, proc, known)

    unread = process._replace(unknown=tuple(sorted({*process.unknown, "sha256"})))
    if time.monotonic() > until:
        return unread
    try:
        return process._replace(sha256=in_time(look, f"{PROGRAMS}/{process.uid}/{process.exe}"))
    except TimeoutError:
        return unread
    except OSError as error:
        # It ended, or is another user's: an unknown digest matches nothing.
        return unread if error.errno == errno.EFBIG else process


def _executable_digest(
    process: Process,
    sizes: Container[int],
    holders: Container[int],
    proc: str,
    known: dict[tuple[int, int, int], str | None],
) -> str | None:
    path = f"{proc}/{process.pid}/exe"
    limit = MAX_HOLDER_HASHED if process.pid in holders else 0
    status = os.stat(path)
    if status.st_size > _HUGE and limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), path)
    if status.st_size not in sizes and status.st_size > limit:
        return None
    key = status.st_dev, status.st_ino, status.st_mtime_ns
    if key not in known:
        known[key] = digest(path, limit=max(MAX_HASHED, limit))
    return known[key]
