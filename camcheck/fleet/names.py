"""Paths without what differs between machines, and names that nobody but their owner needs."""

import hashlib
import re

from camcheck.findings import Report

_HOME = re.compile(
    r"^(?:/(?:var/|export/|usr/)?home/[^/]+|/Users/[^/]+|/root|[A-Za-z]:\\Users\\[^\\]+)(?=[/\\]|$)"
)
_NUMBERS = re.compile(r"(?:[0-9a-fA-F]{8,}|\d+(?:[._]\d+)*)")
_PERSONAL = 10  # hex digits of a token


def shape(path: str | None) -> str | None:
    """``path`` with ~ for a home folder, # for numbers, versions and long hex digits, and /
    between its parts on every system.
    """
    return None if path is None else _NUMBERS.sub("#", _HOME.sub("~", path)).replace("\\", "/")


class Names:
    """Gives a person's own programs a token in place of a name, the same on all machines.

    Own is what lies in a home folder and of which nothing was found: software of the system is no
    secret, and what is suspicious must be seen. The token looks like a path, and tells whether a
    part of the real one was hidden. It is made of the path's shape, so whoever guesses a name can
    test the guess.
    """

    def __init__(self, report: Report, *, keep: bool) -> None:
        self._keep = keep
        grave = [one for one in report.findings if one.severity.rank]
        grave += [one for session in report.past for one in session.findings if one.severity.rank]
        self._accused = {
            text
            for one in grave
            for text in (*one.subject.programs, one.subject.place)
            if text is not None
        }

    def token(self, *paths: str | None) -> str | None:
        """The token for the first of ``paths`` that needs one; None when all may be told."""
        for path in paths:
            if not self._keep and path and path not in self._accused and _HOME.match(path):
                form = shape(path) or ""
                made = hashlib.sha256(form.encode("utf-8", "backslashreplace")).hexdigest()
                return f"~/{'.hidden/' if '/.' in form else ''}personal-{made[:_PERSONAL]}"
        return None
