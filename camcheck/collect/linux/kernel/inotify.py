"""Openings and changes of names in a folder, from inotify(7): any user, but nobody says who.

The watched node is not opened. Equal events that follow each other are merged, so they say that
something happened, never how often.
"""

import ctypes
import os
import struct
from collections.abc import Iterator

from camcheck.fact import NamedTuple

CREATED = 0x100  # IN_CREATE
DELETED = 0x200  # IN_DELETE
ATTRIBUTES = 0x4  # IN_ATTRIB: udev has just given the node its owner
IGNORED = 0x8000  # IN_IGNORED: the node is gone, and the watch with it

_CLOEXEC, _NONBLOCK = 0o2000000, 0o4000
_EVENT = struct.Struct("=iIII")  # struct inotify_event without its name
_BUFFER = 65_536


class Event(NamedTuple):
    """One event. ``path`` is the watched node or folder, ``name`` the entry of the folder."""

    mask: int
    path: str | None
    name: str


class Inotify:
    """Watches on nodes and folders. Raises OSError where there are no more instances."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.fd: int = self._libc.inotify_init1(_CLOEXEC | _NONBLOCK)
        if self.fd < 0:
            number = ctypes.get_errno()
            raise OSError(number, f"inotify_init1: {os.strerror(number)}")
        self._paths: dict[int, str] = {}

    def watch(self, path: str, mask: int) -> bool:
        """Watches a node or a folder; False when it may not be read or is gone."""
        number = self._libc.inotify_add_watch(self.fd, os.fsencode(path), ctypes.c_uint32(mask))
        if number < 0:
            return False
        self._paths[number] = path
        return True

    def forget(self, path: str) -> None:
        """Ends the watch on ``path``, if there is one."""
        for number, watched in tuple(self._paths.items()):
            if watched == path:
                self._libc.inotify_rm_watch(self.fd, number)
                del self._paths[number]

    def read(self) -> list[Event]:
        """All events that wait; none is an empty list."""
        try:
            data = os.read(self.fd, _BUFFER)
        except BlockingIOError:
            return []
        events = []
        for number, mask, name in parse(data):
            events.append(Event(mask, self._paths.get(number), name))
            if mask & IGNORED:
                self._paths.pop(number, None)
        return events

    def close(self) -> None:
        os.close(self.fd)


def parse(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Watch number, mask and name of the events of one read(2)."""
    at = 0
    while at + _EVENT.size <= len(data):
        number, mask, _, length = _EVENT.unpack_from(data, at)
        name = data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0")
        yield number, mask, name.decode("utf-8", "surrogateescape")
        at += _EVENT.size + length
