"""The user's own program (--exec): started for each begin, end and new finding."""

import json
import os

from camcheck.errors import MonitorError
from camcheck.findings import Session
from camcheck.interpreter import changeable_by
from camcheck.model import Moment
from camcheck.monitor.clock import Instant
from camcheck.monitor.tell.child import Children, Job
from camcheck.monitor.tell.record import as_data
from camcheck.privilege import is_root


class Hook:
    """A listener that runs a program. What it prints is not read, its status is not judged."""

    def __init__(self, program: str) -> None:
        self._program = checked(program)
        self._children = Children()
        self._findings: dict[int, frozenset[str]] = {}

    def session(self, what: str, session: Session, number: int) -> None:
        findings = frozenset(one.fingerprint for one in session.findings if one.severity.rank)
        if what == "changed" and findings <= self._findings.get(number, frozenset()):
            return
        self._findings[number] = findings
        if what == "ended":
            del self._findings[number]
        text = json.dumps(as_data(what, session, number)) + "\n"
        self._children.run(Job((self._program,), text, _ignore))

    def moment(self, moment: Moment) -> None:
        """Only uses of a camera start the program."""

    def tick(self, now: Instant) -> None:
        self._children.tick(now.elapsed)


def _ignore(status: int | None) -> None:
    """The exit status of the user's program is not looked at."""


def checked(program: str) -> str:
    """The full path of a program that may be started. Raises MonitorError.

    As root, nobody else may be able to change it, nor the folders on the way to it.
    """
    path = os.path.realpath(program)
    if not os.path.isabs(program) or not os.access(path, os.X_OK) or os.path.isdir(path):
        raise MonitorError(f"{program} is no full path of a program that can be started.")
    if is_root() and (found := changeable_by(path)):
        foreign, who = found
        raise MonitorError(f"{foreign} can be changed by {who}, so it is not run as root.")
    return path
