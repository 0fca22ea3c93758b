"""The list of processes past the C library: by the numbers of system calls.

A library that is forced into every program (/etc/ld.so.preload) can filter what readdir, open and
stat tell. It does not see a system call that is made by its number. Sources: getdents64(2),
openat(2); the tables of system calls of each processor.
"""

import ctypes
import os
import re

_AT_FDCWD, _ROOM = -100, 1 << 16
_NUMBERS = {"x86_64": (257, 217), "i686": (295, 220), "i386": (295, 220)}  # openat, getdents64
_COMMON = (56, 61)  # of the newer processors: aarch64, riscv64
_FOLDER = rb"\x04([1-9]\d*)\x00"  # type of the entry (DT_DIR), then its name


class RawSystem:
    """System calls by their numbers. Both raise OSError."""

    def __init__(self) -> None:
        # The library by its name: its own function, whatever was put before it.
        self._syscall = ctypes.PyDLL(_library(), use_errno=True).syscall
        self._openat, self._getdents = _NUMBERS.get(os.uname().machine, _COMMON)

    def open(self, path: str, flags: int = os.O_RDONLY) -> int:
        """A descriptor of a file or folder."""
        name, how = os.fsencode(path), flags | os.O_CLOEXEC
        descriptor: int = self._syscall(self._openat, _AT_FDCWD, name, how, 0)
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
