"""`camcheck scan` made by copies of this process, which has loaded camcheck.

Half of a scan on an emulated processor is the start of Python and of the modules, and a guest makes
hundreds. A copy becomes the person who asks, as a new process would be that person's. Where
something is put into every program that starts, only a program that starts shows it.
"""

import ctypes
import os
import pkgutil
import select
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NamedTuple, NoReturn

from .confined import refuse_bpf
from .init import LAUNCHER
from .people import PEOPLE, environment_of

_NOT_OF_A_SCAN = tuple(
    f"camcheck.{name}"
    for name in ("collect.windows", "collect.macos", "window", "fleet", "selftest", "report")
)
_PR_SET_DUMPABLE = 4


Ended = tuple[int, str, str]
"""Exit status, what was said, what was complained of."""


class _Scan(NamedTuple):
    """A scan that was begun, and the files in memory that it writes to."""

    pid: int
    said: int
    complained: int


def load() -> None:
    """All modules that a scan of this system can need."""
    import camcheck

    for found in pkgutil.walk_packages(camcheck.__path__, "camcheck.", onerror=lambda _: None):
        if not found.name.startswith(_NOT_OF_A_SCAN) and "__main__" not in found.name:
            import_module(found.name)


def ask(viewers: Sequence[str], *words: str, within: float = 300.0) -> dict[str, Ended]:
    """`camcheck WORDS` as each of these people, side by side. Who hangs is killed."""
    return _ended({viewer: _begun(viewer, words) for viewer in viewers}, within)


def _begun(viewer: str, words: tuple[str, ...]) -> _Scan:
    said, complained = os.memfd_create("said"), os.memfd_create("complained")
    pid = os.fork()
    if not pid:
        _be(viewer, said, complained, words)
    return _Scan(pid, said, complained)


def _be(viewer: str, said: int, complained: int, words: tuple[str, ...]) -> NoReturn:
    """The copy's life, as that of a process which was started for this."""
    try:
        person = PEOPLE[viewer]
        for descriptor, standard in ((os.open(os.devnull, os.O_RDONLY), 0), (said, 1)):
            os.dup2(descriptor, standard)
        os.dup2(complained, 2)
        os.closerange(3, 1024)
        os.setgroups(person.groups)
        os.setgid(person.uid)
        os.setuid(person.uid)
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 1)  # as after execve(2)
        if person.confined:
            refuse_bpf()
        os.chdir(person.home)
        environment = environment_of(person)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["/usr/local/bin/camcheck", *words]
        exec(compile(LAUNCHER, sys.argv[0], "exec"), {})
    except SystemExit as end:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 1)
    except Exception:  # whatever it is: the copy must not go on as the script that it is one of
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(1)


def _ended(scans: dict[str, _Scan], within: float) -> dict[str, Ended]:
    ended: dict[str, Ended] = {}
    waiting = {os.pidfd_open(scan.pid): (viewer, scan) for viewer, scan in scans.items()}
    limit = time.monotonic() + within
    while waiting:
        ready, _, _ = select.select(list(waiting), [], [], max(0.0, limit - time.monotonic()))
        if not ready:
            for _, scan in waiting.values():
                os.kill(scan.pid, signal.SIGKILL)
            limit = time.monotonic() + within
        for handle in ready:
            viewer, scan = waiting.pop(handle)
            os.close(handle)
            status = os.waitstatus_to_exitcode(os.waitpid(scan.pid, 0)[1])
            ended[viewer] = status, _text(scan.said), _text(scan.complained)
    return {viewer: ended[viewer] for viewer in scans}


def _text(file: int) -> str:
    with os.fdopen(file, "rb") as whole:
        whole.seek(0)
        return whole.read().decode(errors="replace")
