"""Linux system calls and pseudo files that Python does not wrap."""

import ctypes
import os
import re
from itertools import repeat

from camcheck.bounded import BlockedError, looking_at
from camcheck.fact import NamedTuple
from camcheck.privilege import is_root

KCMP_FILE = 0
KCMP_FILES = 2

AT_FDCWD = -100
_RAW_NUMBERS = {"x86_64": (257, 217), "i686": (295, 220), "i386": (295, 220)}
_RAW_COMMON = 56, 61  # openat and getdents64 of the newer processors: aarch64, riscv64
_ROOM = 1 << 16
_FOLDER = rb"\x04([1-9]\d*)\x00"  # an entry of a folder: its type (DT_DIR), its name
_KCMP_NUMBER = {"x86_64": 312, "i686": 349, "i386": 349, "aarch64": 272, "riscv64": 272}
_PIDS_OF_FIRST_NAMESPACE = "pid:[4026531836]"  # PROC_PID_INIT_INO, include/linux/proc_ns.h


class Roots(NamedTuple):
    """Where the kernel's trees are; a tree built in a test is as good as the kernel's."""

    proc: str = "/proc"
    sys: str = "/sys"
    dev: str = "/dev"
    run: str = "/run"
    etc: str = "/etc"


def read_bytes(path: str, limit: int = 1 << 20) -> bytes:
    """A small pseudo file, at most ``limit`` bytes of it. Raises OSError.

    Plain descriptors: a file object costs more than the kernel needs for the answer.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = [os.read(descriptor, 1 << 16)]
        while parts[-1] and sum(map(len, parts)) < limit:
            parts.append(os.read(descriptor, 1 << 16))
        return b"".join(parts)
    finally:
        os.close(descriptor)


def read_record(path: str) -> bytes:
    """A pseudo file of one record, which the kernel gives in a single read. Raises OSError.

    Such are stat, status and cmdline of a process (single_open and proc_pid_cmdline_read in
    fs/proc); asking once more for the end doubles the price, for each process of the machine.
    A command line can be megabytes long: what counts stands in its first 64 KiB.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 1 << 16)
    finally:
        os.close(descriptor)


def read_text(path: str) -> str:
    """The text of a small pseudo file, without its line end. Raises OSError."""
    return read_bytes(path).decode("utf-8", "surrogateescape").rstrip("\n")


def read_optional(path: str) -> str | None:
    """The text of a pseudo file that a device may lack or refuse: None then."""
    try:
        return read_text(path)
    except OSError:
        return None


def read_number(path: str, *, base: int = 10) -> int | None:
    """The whole number in a pseudo file; None when there is none or it cannot be read."""
    try:
        return int(read_optional(path) or "", base)
    except ValueError:
        return None


def in_words(number: int) -> str:
    """A number of processes, for people."""
    return f"{number} process" if number == 1 else f"{number} processes"


def what_helps() -> str:
    """What lets camcheck look into more processes; root that is refused is in a sandbox."""
    if is_root():
        return "Even the administrator is refused: a sandbox or a security module forbids it."
    return "Run camcheck as administrator (sudo) to look into them."


def in_first_pid_namespace(roots: Roots) -> bool | None:
    """Whether this process sees all processes of the machine; None when that cannot be read."""
    try:
        return os.readlink(f"{roots.proc}/self/ns/pid") == _PIDS_OF_FIRST_NAMESPACE
    except OSError:
        return None


class Kernel:
    """Calls through the C library: statx that never waits for a file server, and kcmp."""

    _AT_STATX_DONT_SYNC = 0x4000
    _STATX_TYPE_NLINK_INO = 0x0001 | 0x0004 | 0x0100

    def __init__(self) -> None:
        # PyDLL keeps the interpreter lock: these calls are shorter than handing it over.
        libc = ctypes.PyDLL(None)
        memory = bytearray(256)  # struct statx
        buffer = (ctypes.c_char * len(memory)).from_buffer(memory)
        view = memoryview(memory)
        self.statx16 = view.cast("H")
        self.statx32 = view.cast("I")
        self.statx64 = view.cast("Q")
        self.statx = getattr(libc, "statx", self._stat)
        self.how = self._AT_STATX_DONT_SYNC, self._STATX_TYPE_NLINK_INO, ctypes.byref(buffer)
        self._kcmp = _KCMP_NUMBER.get(os.uname().machine)
        self._syscall = libc.syscall

    def look(self, directory: int, name: bytes) -> bool:
        """Fills statx16/32/64 (struct statx, linux/stat.h); False when the name is gone or denied.

        AT_STATX_DONT_SYNC keeps a dead network or FUSE mount from hanging the scan. Where it is
        asked for thousands of names, ``statx(directory, name, *how)`` is the call itself: 0 for
        yes. The reason for a no is not kept, because keeping it costs as much as the call.
        """
        status: int = self.statx(directory, name, *self.how)
        return status == 0

    @property
    def device(self) -> tuple[int, int]:
        """The device number of what was looked at last: 0, 0 for what is no device."""
        return self.statx32[32], self.statx32[33]

    def has_no_name(self, path: str) -> bool:
        """Whether the file behind a link of /proc has been deleted. Raises FileNotFoundError."""
        if not self.look(AT_FDCWD, os.fsencode(path)):
            raise FileNotFoundError(path)
        return self.statx32[4] == 0

    def _stat(self, directory: int, name: bytes, *_: object) -> int:
        """Where the C library has no statx."""
        try:
            found = os.stat(name, dir_fd=directory if directory >= 0 else None)
        except OSError:
            return -1
        self.statx16[14] = found.st_mode
        self.statx32[4] = found.st_nlink
        self.statx64[4] = found.st_ino
        self.statx32[32], self.statx32[33] = os.major(found.st_rdev), os.minor(found.st_rdev)
        self.statx32[34], self.statx32[35] = os.major(found.st_dev), os.minor(found.st_dev)
        return 0

    def same(self, kind: int, one: int, other: int, first: int = 0, second: int = 0) -> bool | None:
        """kcmp(2): whether two tasks share a descriptor table, or two descriptors one open file.

        None when the kernel does not say: not built in, not permitted, or a task is gone. It waits
        for a task that is at the beginning of a program (exec_update_lock), which can be made long.
        """
        if self._kcmp is None:
            return None
        try:
            with looking_at(f"comparison/{one}/{other}"):
                result: int = self._syscall(self._kcmp, one, other, kind, first, second)
        except BlockedError:
            return None
        return None if result < 0 else result == 0

    def share_tables(self, one: int, others: list[int]) -> bool:
        """Whether all of these tasks are known to share one descriptor table: `same`, for many."""
        if self._kcmp is None:
            return False
        words = repeat(self._kcmp), repeat(one), others, *map(repeat, (KCMP_FILES, 0, 0))
        try:
            with looking_at(f"comparison/{one}"):
                return not any(map(self._syscall, *words))
        except BlockedError:
            return False


class DetachedProc:
    """A second view of the processes that no mount over /proc can cover.

    fsopen(2), fsconfig(2) and fsmount(2) make it without attaching it anywhere, so nothing has to
    be unmounted: it ends with the descriptor. Needs CAP_SYS_ADMIN and Linux 5.2.
    """

    _FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432  # one number on every architecture (Linux 5.2)
    _FSCONFIG_CMD_CREATE = 6
    _CLOEXEC = 1

    def __init__(self) -> None:
        self._fd = -1

    def __enter__(self) -> str | None:
        """The path of the view, or None when the kernel refuses it."""
        libc = ctypes.CDLL(None, use_errno=True)
        context = libc.syscall(self._FSOPEN, b"proc", self._CLOEXEC)
        if context < 0:
            return None
        try:
            if libc.syscall(self._FSCONFIG, context, self._FSCONFIG_CMD_CREATE, None, None, 0) < 0:
                return None
            self._fd = libc.syscall(self._FSMOUNT, context, self._CLOEXEC, 0)
        finally:
            os.close(context)
        return f"/proc/self/fd/{self._fd}" if self._fd >= 0 else None

    def __exit__(self, *_: object) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class RawSystem:
    """System calls by their numbers, past the C library. All raise OSError.

    A library that is forced into every program (/etc/ld.so.preload) can filter what readdir, open
    and stat tell. It does not see a system call that is made by its number: getdents64(2),
    openat(2), and the tables of system calls of each processor.
    """

    def __init__(self) -> None:
        # The library by its name: its own function, whatever was put before it.
        self._syscall = ctypes.PyDLL(_library(), use_errno=True).syscall
        self._openat, self._getdents = _RAW_NUMBERS.get(os.uname().machine, _RAW_COMMON)

    def open(self, path: str, flags: int = os.O_RDONLY) -> int:
        """A descriptor of a file or folder."""
        name, how = os.fsencode(path), flags | os.O_CLOEXEC
        descriptor: int = self._syscall(self._openat, AT_FDCWD, name, how, 0)
        if descriptor < 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), path)
        return descriptor

    def read(self, path: str) -> bytes:
        """A record of the kernel, which it gives in a single read."""
        descriptor = self.open(path)
        try:
            return os.read(descriptor, _ROOM)
        finally:
            os.close(descriptor)

    def numbers(self, path: str) -> set[int]:
        """The folders in a folder that have numbers as names: the processes in /proc.

        What looks like one by chance is no process that answers; who calls asks each.
        """
        found: set[int] = set()
        room = ctypes.create_string_buffer(_ROOM)
        descriptor = self.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            while (size := self._syscall(self._getdents, descriptor, room, _ROOM)) > 0:
                found.update(map(int, re.findall(_FOLDER, room.raw[:size])))
        finally:
            os.close(descriptor)
        return found


def _library() -> str | None:
    try:
        ctypes.PyDLL("libc.so.6")
    except OSError:
        return None  # another C library: the one that is loaded
    return "libc.so.6"
