"""Files of rules that the user names: which of them may be read, and their text."""

import os
import stat
from collections.abc import Callable, Collection, Iterator
from typing import BinaryIO

from camcheck.signatures.document import UnreadableError

_MAX_FILES = 10_000
Refuse = Callable[[str, str], None]
"""Told the path and the reason of what is not read."""


def rule_files(
    path: str, endings: Collection[str], *, elevated: bool, refuse: Refuse
) -> Iterator[str]:
    """The readable rule files below a path. Links are not followed; nobody else may write there."""
    start = os.path.realpath(path)
    if not os.path.lexists(start):
        refuse(path, "there is no such file or folder")
        return
    if not os.path.isdir(start):
        if os.path.splitext(start)[1].lower() not in endings:
            refuse(path, f"only files ending in {', '.join(endings)} are read")
        elif _may_be_used(start, elevated=elevated, refuse=refuse):
            yield start
        return
    count = 0
    for folder, folders, names in os.walk(start):
        if not _may_be_used(folder, elevated=elevated, refuse=refuse):
            folders.clear()
            continue
        for name in [one for one in folders if os.path.islink(os.path.join(folder, one))]:
            refuse(os.path.join(folder, name), "links are not followed")
        folders.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)
            if os.path.splitext(name)[1].lower() not in endings:
                continue
            count += 1
            if count > _MAX_FILES:
                refuse(start, f"the folder has more than {_MAX_FILES:,} files")
                return
            if _may_be_used(file, elevated=elevated, refuse=refuse):
                yield file


def _may_be_used(path: str, *, elevated: bool, refuse: Refuse) -> bool:
    try:
        status = os.lstat(path)
    except OSError as error:
        refuse(path, f"it cannot be looked at: {error.strerror}")
        return False
    if stat.S_ISLNK(status.st_mode):
        refuse(path, "links are not followed")
        return False
    if elevated and os.name == "posix" and status.st_mode & (stat.S_IWOTH | stat.S_IWGRP):
        refuse(
            path,
            "other users may write there, so an administrator's scan does not read it (chmod go-w)",
        )
        return False
    return True


def opened(path: str, *, limit: int) -> BinaryIO:
    """A regular file of at most ``limit`` bytes. Raises UnreadableError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise UnreadableError(f"it cannot be read: {error.strerror}") from None
    file = open(descriptor, "rb")  # noqa: SIM115  the caller closes it
    status = os.fstat(descriptor)
    if stat.S_ISREG(status.st_mode) and status.st_size <= limit:
        return file
    file.close()
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("it is not an ordinary file")
    raise UnreadableError(f"the file is larger than {limit // 1024:,} KiB")


def text_of(path: str, *, limit: int) -> str:
    """The whole text of a file. Raises UnreadableError."""
    with opened(path, limit=limit) as file:
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise UnreadableError(f"it cannot be read: {error.strerror}") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableError("it is not text in UTF-8", line) from None
