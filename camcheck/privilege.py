"""Whose rights this process has: asked here and nowhere else."""

import os


def own_uid() -> int | None:
    """The effective user id, by which the system judges what we may do; None on Windows."""
    geteuid = getattr(os, "geteuid", None)
    return None if geteuid is None else int(geteuid())


def is_root() -> bool:
    """Whether this is root of a POSIX system; nobody is on Windows, administrators included."""
    return own_uid() == 0
