"""Which installed package a program belongs to, by the lists of dpkg; other systems are asked.

dpkg keeps the names of a package's files in /var/lib/dpkg/info/PACKAGE.list, one a line (dpkg(1)).
Asking dpkg-query costs a process and a look through all lists; most programs lie in the package of
their own name, and there one list is enough.
"""

import os
import re

from camcheck.collect.identity import package
from camcheck.model import ExeState, Process

_LISTS = "/var/lib/dpkg/info"
_USUAL = ("/usr/", "/opt/", "/bin/", "/sbin/", "/lib")
_LARGEST = 16 * 1024 * 1024  # bytes of one list
_known: dict[tuple[str, int, int], str | None] = {}


def with_package(process: Process) -> Process:
    """The process with the package of its executable, where one vouches for it.

    A path that means the file only in the process's own view, or that no longer is the file that
    runs, belongs to no package of this system.
    """
    exe = process.exe
    if exe is None or process.exe_state is not ExeState.PRESENT or not exe.startswith(_USUAL):
        return process
    try:
        found = os.lstat(exe)
    except OSError:
        return process
    key = exe, found.st_mtime_ns, found.st_ino
    if key not in _known:
        if len(_known) > 256:
            _known.clear()
        _known[key] = _guessed(exe, found) or package(exe)
    return process._replace(package=_known[key])


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
