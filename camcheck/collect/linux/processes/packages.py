"""Which installed package a program belongs to, by the lists of dpkg; other systems are asked.

dpkg keeps the names of a package's files in /var/lib/dpkg/info/PACKAGE.list, one a line (dpkg(1)).
Asking dpkg-query costs a process and a look through all lists; most programs lie in the package of
their own name, and there one list is enough.
"""

import os
import re

from camcheck.bounded import PROGRAMS, in_time
from camcheck.collect.identity import package
from camcheck.model import ExeState, Process

_LISTS = "/var/lib/dpkg/info"
_USUAL = ("/usr/", "/opt/", "/bin/", "/sbin/", "/lib")
_LARGEST = 16 * 1024 * 1024  # bytes of one list
_known: dict[tuple[str, int, int], str | None] = {}


def with_package(process: Process) -> Process:
    """The process with the package of its executable, where one vouches for it.

    A path that means the file only in the process's own view belongs to no package of this system.
    Of a program that was replaced while it runs, the package is that of the file which is there
    now, as after an update, where the old one was the system's own, too.
    """
    exe, state = process.exe, process.exe_state
    if exe is None or not exe.startswith(_USUAL):
        return process
    if state is not ExeState.PRESENT and state is not ExeState.REPLACED:
        return process
    try:
        found = os.lstat(exe)
        if state is ExeState.REPLACED and not _was_the_systems(process, found):
            return process
    except OSError:
        return process
    key = exe, found.st_mtime_ns, found.st_ino
    if key not in _known:
        if len(_known) > 256:
            _known.clear()
        _known[key] = _guessed(exe, found) or package(exe)
    return process._replace(package=_known[key])


def _was_the_systems(process: Process, found: os.stat_result) -> bool:
    """Whether what runs is a file that root alone could make, and that lay where the new one lies.

    A user can mount a file of his own over the path, start it and take it away again: then it is
    his, or lies on another file system. A package tool leaves no other name of the old file.
    Raises OSError.
    """
    subject = f"{PROGRAMS}/{process.uid}/{process.exe}"
    running = in_time(lambda: os.stat(f"/proc/{process.pid}/exe"), subject)
    roots_own = running.st_uid == 0 and not running.st_mode & 0o022
    return roots_own and running.st_nlink == 0 and running.st_dev == found.st_dev


def _guessed(exe: str, found: os.stat_result) -> str | None:
    """The package whose name is a part of the path, if its list has the file."""
    if found.st_uid != 0 or found.st_mode & 0o022:
        return None
    names = dict.fromkeys(
        name.lower() for name in reversed(exe.split("/")) if re.fullmatch(r"[a-zA-Z0-9+.-]+", name)
    )
    wanted = {f"\n{path}\n".encode() for path in (exe, exe.removeprefix("/usr"))}
    for name in names:
        try:
            with open(f"{_LISTS}/{name}.list", "rb") as file:
                lines = b"\n" + file.read(_LARGEST)
        except OSError:
            continue
        if any(line in lines for line in wanted):
            return name
    return None
