"""Whose rights this process has: asked here and nowhere else."""

import os

from camcheck.typed import Any


def own_uid() -> int | None:
    """The effective user id, by which the system judges what we may do; None on Windows."""
    geteuid = getattr(os, "geteuid", None)
    return None if geteuid is None else int(geteuid())


def asker() -> str | None:
    """The account of the person who asked; behind root it is who called sudo(8) or pkexec(1).

    None on Windows, for a login as root, and for a number that is nobody's.
    """
    number = own_uid()
    if number == 0:
        said = os.environ.get("SUDO_UID") or os.environ.get("PKEXEC_UID") or ""
        number = int(said) if said.isdecimal() and len(said) < 11 and int(said) else None
    if number is None:
        return None
    accounts: Any = __import__("pwd")  # there is none on Windows, which has no ids either
    try:
        return str(accounts.getpwuid(number).pw_name)
    except (KeyError, OverflowError):
        return None


def is_root() -> bool:
    """Whether this is root of a POSIX system; nobody is on Windows, administrators included."""
    return own_uid() == 0
