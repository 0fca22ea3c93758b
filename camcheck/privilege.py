"""Whose rights this process has, and whose a file: asked here and nowhere else."""

import os
import stat


def own_uid() -> int | None:
    """The effective user id, by which the system judges what we may do; None on Windows."""
    geteuid = getattr(os, "geteuid", None)
    return None if geteuid is None else int(geteuid())


def is_root() -> bool:
    """Whether this is root of a POSIX system; nobody is on Windows, administrators included."""
    return own_uid() == 0


def writable_by_others(path: str) -> str | None:
    """The first part of a path, from the end, that somebody other than root can change."""
    while True:
        found = os.lstat(path)
        sticky_folder = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
        if found.st_uid != 0 or (found.st_mode & 0o022 and not sticky_folder):
            return path
        if path == os.path.dirname(path):
            return None
        path = os.path.dirname(path)
