"""Openings of device nodes with the process behind them, from fanotify(7).

Only groups that report file handles (FAN_REPORT_FID) get events of device nodes: for groups with
event descriptors fanotify_group_event_mask() passes over all but files and folders
(fs/notify/fanotify/fanotify.c). On tmpfs, and so in /dev, that works since Linux 5.13
(59cda49ecf6c). The node is not opened, so no driver counts us. Process numbers are given to
CAP_SYS_ADMIN alone; FAN_REPORT_PIDFD (Linux 5.15) pins the process while we look at it.
"""

import ctypes
import os
import struct
from collections.abc import Iterator

from camcheck.fact import NamedTuple

OPENED = 0x20  # FAN_OPEN and IN_OPEN
CLOSED = 0x18  # FAN_CLOSE and IN_CLOSE, after writing or not
OVERFLOW = 0x4000  # FAN_Q_OVERFLOW and IN_Q_OVERFLOW

_CLOEXEC, _NONBLOCK = 0x1, 0x2
_REPORT_PIDFD, _REPORT_FID = 0x80, 0x200
_ADD = 0x1
_INFO_FID, _INFO_PIDFD = 1, 4
_HEADER = struct.Struct("=IBBHQii")  # struct fanotify_event_metadata
_INFO = struct.Struct("=BBH")  # struct fanotify_event_info_header
_HANDLE = struct.Struct("=Ii")  # struct file_handle without its bytes
_HANDLE_LIMIT = 128  # MAX_HANDLE_SZ
_BUFFER = 65_536


class Event(NamedTuple):
    """One event. ``handle`` names the node (see `Marks.path`), ``pidfd`` belongs to the reader.

    ``pidfd`` is None where the process has ended or the kernel does not say.
    """

    mask: int
    handle: bytes | None
    pid: int
    pidfd: int | None


class Fanotify:
    """A notification group. Raises OSError where the kernel or the privilege is missing."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._paths: dict[bytes, str] = {}
        self.fd = self._init()

    def _init(self) -> int:
        """With pidfd where the kernel has it (5.15), else without."""
        for flags in (_REPORT_FID | _REPORT_PIDFD, _REPORT_FID):
            descriptor: int = self._libc.fanotify_init(
                _CLOEXEC | _NONBLOCK | flags, os.O_RDONLY | os.O_CLOEXEC
            )
            if descriptor >= 0:
                return descriptor
        raise _last_error("fanotify_init")

    def mark(self, paths: list[str]) -> list[str]:
        """Watches these nodes, without a moment in which one that is watched already is not.

        Returns those that could not be marked. Marks of nodes that are gone went with them.
        """
        handles = {}
        failed = []
        for path in paths:
            handle = self._handle(path)
            if handle is not None:
                self._paths[handle] = path  # known before the first event can come
            if handle is None or not self._add(path):
                failed.append(path)
            else:
                handles[handle] = path
        self._paths = handles
        return failed

    def _add(self, path: str) -> bool:
        mask = ctypes.c_uint64(OPENED | CLOSED)
        result: int = self._libc.fanotify_mark(self.fd, _ADD, mask, -1, os.fsencode(path))
        return result == 0

    def path(self, event: Event) -> str | None:
        """The node of an event, None for a node that is not watched any more."""
        return self._paths.get(event.handle or b"")

    def read(self) -> list[Event]:
        """All events that wait; none is an empty list."""
        try:
            return list(parse(os.read(self.fd, _BUFFER)))
        except BlockingIOError:
            return []

    def close(self) -> None:
        os.close(self.fd)

    def _handle(self, path: str) -> bytes | None:
        """What the kernel will call this node: name_to_handle_at(2)."""
        buffer = ctypes.create_string_buffer(_HANDLE.size + _HANDLE_LIMIT)
        _HANDLE.pack_into(buffer, 0, _HANDLE_LIMIT, 0)
        mount = ctypes.c_int()
        result = self._libc.name_to_handle_at(
            -100, os.fsencode(path), buffer, ctypes.byref(mount), 0
        )
        size, _ = _HANDLE.unpack_from(buffer)
        return buffer.raw[: _HANDLE.size + size] if result == 0 else None


def parse(data: bytes) -> Iterator[Event]:
    """The events of one read(2). What is shorter than it claims ends the list."""
    at = 0
    while at + _HEADER.size <= len(data):
        length, _, _, header, mask, _, pid = _HEADER.unpack_from(data, at)
        if length < _HEADER.size or at + length > len(data):
            return
        handle, pidfd = _records(data[at + header : at + length])
        yield Event(mask, handle, pid, pidfd)
        at += length


def _records(data: bytes) -> tuple[bytes | None, int | None]:
    """The file handle and the pidfd among the information records of one event."""
    handle = pidfd = None
    at = 0
    while at + _INFO.size <= len(data):
        kind, _, length = _INFO.unpack_from(data, at)
        if length < _INFO.size:
            break
        body = data[at + _INFO.size : at + length]
        if kind == _INFO_FID and len(body) >= 8 + _HANDLE.size:
            size, _ = _HANDLE.unpack_from(body, 8)  # after the file system id
            handle = body[8 : 8 + _HANDLE.size + size]
        elif kind == _INFO_PIDFD and len(body) >= 4:
            (number,) = struct.unpack_from("=i", body)
            pidfd = number if number >= 0 else None
        at += length
    return handle, pidfd


def _last_error(call: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"{call}: {os.strerror(number)}")
