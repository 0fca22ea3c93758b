"""What a program file is: its digest, and the package of the system that it came with."""

import os
import stat

from camcheck.collect import in_time
from camcheck.collect.files import digest
from camcheck.fact import NamedTuple
from camcheck.model import Process

_PACKAGE_TOOLS = (
    ("/usr/bin/dpkg-query", "--search"),
    ("/usr/bin/rpm", "--query", "--file", "--queryformat", "%{NAME}: %{NAME}\\n"),
    ("/usr/bin/pacman", "--query", "--owns", "--quiet"),
)
_PATIENCE = 5.0  # seconds
_LARGEST = 1 << 30  # bytes of a program; a hole of terabytes is none


class Contents(NamedTuple):
    """A file by what is in it."""

    sha256: str
    size: int


def contents(path: str) -> Contents | None:
    """Digest and size of a regular file; None when it cannot be read, or not in time.

    A pipe in its place, a file of terabytes that are all holes, a file system that does not answer:
    whoever can write there could keep the reader for ever.
    """

    def look() -> Contents | None:
        sha256 = digest(path, limit=_LARGEST)
        return None if sha256 is None else Contents(sha256, os.stat(path).st_size)

    try:
        return in_time(look, f"file/{os.path.dirname(path).replace('/', '|')}/{path}")
    except OSError:
        return None


def running_file(process: Process) -> str | None:
    """Where to read what a process runs: on Linux the file itself, whatever its name says now."""
    live = f"/proc/{process.pid}/exe"
    return live if os.path.lexists(live) else process.exe


def is_unchanged(process: Process) -> bool:
    """Whether the file of that name is the one that runs."""
    if process.exe is None or process.container is not None:
        return False
    running, path = f"/proc/{process.pid}/exe", process.exe
    try:
        return in_time(lambda: os.path.samefile(running, path), f"program/{process.uid}/{path}")
    except OSError:
        return False


def package(path: str) -> str | None:
    """The installed package that a file belongs to; None where no package tool knows it.

    Only files that root alone can change count: the package vouches for nothing else.
    """
    try:
        found = in_time(lambda: os.lstat(path), f"file//{path}")
    except OSError:
        return None
    if found.st_uid != 0 or found.st_mode & 0o022 or not stat.S_ISREG(found.st_mode):
        return None
    import subprocess

    for tool in _PACKAGE_TOOLS:
        if not os.path.exists(tool[0]):
            continue
        # Debian's packages still name /bin/ls what is /usr/bin/ls on a merged system.
        paths = [path, path.removeprefix("/usr")] if tool[0].endswith("dpkg-query") else [path]
        try:
            done = subprocess.run(  # noqa: S603 fixed paths; the file's own path comes last
                [*tool, *paths],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PATIENCE,
                env={"LC_ALL": "C"},
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        name = done.stdout.partition("\n")[0].partition(":")[0]
        if name and (done.returncode == 0 or len(paths) > 1):
            return name
    return None
