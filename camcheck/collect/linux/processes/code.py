"""What code a process runs, by what the kernel has mapped for execution, and who vouches for it.

Environment and arguments lie in the process's own memory, where it can write anything over them;
its mappings and open files are the kernel's own record (proc_pid_maps(5), proc_pid_fd(5)). Code
that is made in memory has no file (browsers make some all the time), so it proves nothing here.
"""

import ctypes
import mmap
import os
import stat
from collections.abc import Container

from camcheck.bounded import MEMORY, PROGRAMS, in_time
from camcheck.collect.identity import contents
from camcheck.collect.linux.kernel.system import AT_FDCWD, Kernel, read_bytes
from camcheck.fact import NamedTuple
from camcheck.model import Process

_MOST = 16 << 20  # bytes of a list of mappings; a longer one is not understood, so not proven
_LAST_SYSTEM_USER = 999  # SYS_UID_MAX in login.defs(5): nobody logs in as one of these
_STEERING = frozenset((
    "BASH_ENV", "ENV", "CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS",
    "DOTNET_STARTUP_HOOKS", "GUILE_LOAD_PATH", "GUILE_LOAD_COMPILED_PATH", "LD_PRELOAD", "LD_AUDIT",
    "LD_LIBRARY_PATH", "NODE_OPTIONS", "NODE_PATH", "PERL5DB", "PERL5LIB", "PERL5OPT", "PERLLIB",
    "PHPRC", "PHP_INI_SCAN_DIR", "PYTHONBREAKPOINT", "PYTHONHOME", "PYTHONINSPECT", "PYTHONPATH",
    "PYTHONPLATLIBDIR", "PYTHONPYCACHEPREFIX", "PYTHONSTARTUP", "PYTHONUSERBASE", "RUBYLIB",
    "RUBYOPT", "TCLLIBPATH",
))  # fmt: skip
"""Variables that make an interpreter, or its loader, run other code than its script's."""
_STEERING_TOO = ("BASH_FUNC_", "LUA_")


class CodeFile(NamedTuple):
    """A file that is mapped for execution: its path in the process's own view, and the kernel's
    numbers of its device and itself."""

    path: str
    device: str
    inode: int


def parse_code(text: str) -> tuple[CodeFile, ...]:
    """The executable mappings of files in a text of proc_pid_maps(5), each file once."""
    found: dict[CodeFile, None] = {}
    for line in text.splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and "x" in fields[1] and fields[4] != "0":
            file = CodeFile(fields[5], fields[3], int(fields[4]))
            found[file] = None
    return tuple(found)


def unproven_code(
    process: Process, *, known: Container[str], proc: str = "/proc"
) -> tuple[str, ...] | None:
    """The files that a process runs code from and that nobody vouches for; None: it cannot be seen.

    Vouched for are files that root alone can change, they and every folder above them in the
    process's own view, and files whose SHA-256 is ``known``. A file whose name leads to another
    file by now, or to none, is not.
    """
    base = f"{proc}/{process.pid}"
    try:
        files = parse_code(_mappings(f"{base}/maps"))
        odd = in_time(
            lambda: [one for one in files if not _is_proven(f"{base}/root", one, known)],
            f"{PROGRAMS}/{process.uid}/{process.exe}",
        )
    except OSError:
        return None
    return tuple(sorted(one.path for one in odd)) if files else None


def _mappings(path: str) -> str:
    data = in_time(lambda: read_bytes(path, _MOST), f"{MEMORY}/maps/{path}")
    if len(data) >= _MOST:
        raise OSError("more mappings than can be read")
    return data.decode("utf-8", "surrogateescape")


def _is_proven(root: str, file: CodeFile, known: Container[str]) -> bool:
    path = f"{root}{file.path}"
    try:
        if _as_mapped(path) != (file.device, file.inode):
            return False
        if is_roots_alone(root, file.path):
            return True
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    found = contents(path)
    return found is not None and found.sha256 in known


def is_roots_alone(root: str, path: str) -> bool:
    """Whether nobody but root can change a file of another view of the file systems, nor put
    another in its place. ``path`` has no links in it. Raises OSError."""
    above = False
    while True:
        status = os.stat(f"{root}/") if path == "/" else os.lstat(root + path)
        sticky = above and status.st_mode & stat.S_ISVTX
        if status.st_uid != 0 or (status.st_mode & 0o022 and not sticky):
            return False
        if path == "/":
            return True
        path, above = os.path.dirname(path), True


def _as_mapped(path: str) -> tuple[str, int] | None:
    """Device and inode of a file as the kernel tells them of mappings; None where there is no file.

    Other calls tell other numbers of the same file (btrfs, overlayfs): so it is mapped here, to be
    read. Raises OSError.
    """
    handle = os.open(path, os.O_PATH | os.O_CLOEXEC)  # a device is not opened by looking what it is
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with (
            open(f"/proc/self/fd/{handle}", "rb", buffering=0) as opened,
            mmap.mmap(opened.fileno(), 1, access=mmap.ACCESS_COPY) as mapped,
        ):
            view = ctypes.c_char.from_buffer(mapped)
            start = f"{ctypes.addressof(view):x}-"
            lines = read_bytes("/proc/self/maps", _MOST).decode("utf-8", "replace").splitlines()
            del view
    finally:
        os.close(handle)
    for line in lines:
        if line.lstrip("0").startswith(start):
            fields = line.split(maxsplit=5)
            return fields[3], int(fields[4])
    return None


def proves_script(process: Process, script: str, sha256: str, *, proc: str = "/proc") -> bool:
    """Whether it is the kernel's word that an interpreter runs this script, and nothing before it.

    The process holds the very script open, or has it mapped; its environment steers the interpreter
    nowhere else; and it runs as root or as an account of the system: one of a person can be made to
    play any script by whatever else that person runs.
    """
    if process.uid is None or process.uid > _LAST_SYSTEM_USER:
        return False
    base = f"{proc}/{process.pid}"
    try:
        return not _is_steered(base) and _holds(base, script, sha256)
    except OSError:
        return False


def _is_steered(base: str) -> bool:
    data = in_time(lambda: read_bytes(f"{base}/environ", _MOST), f"{MEMORY}/environ/{base}")
    names = [entry.partition(b"=")[0].decode("ascii", "replace") for entry in data.split(b"\0")]
    steered = any(name in _STEERING or name.startswith(_STEERING_TOO) for name in names)
    return steered or len(data) >= _MOST


def _holds(base: str, script: str, sha256: str) -> bool:
    """Whether a descriptor or a mapping of the process is the script. Raises OSError."""
    kernel = Kernel()
    wanted = _identity(kernel, script)
    for folder in ("fd", "map_files"):
        for name in _names(f"{base}/{folder}"):
            path = f"{base}/{folder}/{name}"
            if wanted and _identity(kernel, path) == wanted:
                found = contents(path)
                return found is not None and found.sha256 == sha256
    return False


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except PermissionError:
        return []  # map_files is root's alone on some kernels; descriptors are enough


def _identity(kernel: Kernel, path: str) -> tuple[int, int, int] | None:
    """Device and inode; asked so that no file server keeps anybody waiting."""
    if not kernel.look(AT_FDCWD, os.fsencode(path)):
        return None
    return kernel.statx32[34], kernel.statx32[35], kernel.statx64[4]
