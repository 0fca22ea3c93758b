"""Who has a camera's buffers in memory, with or without a descriptor.

A mapping pins the open file: the camera goes on after the descriptor is closed. V4L2 buffers can
only be mapped shared (vb2_mmap, drivers/media/common/videobuf2/videobuf2-core.c), so private
mappings are passed over. Sources: proc_pid_maps(5), PROCMAP_QUERY in include/uapi/linux/fs.h.
"""

import errno
import os
import re
import stat
import struct
from collections.abc import Iterator

from camcheck.bounded import MEMORY, looking_at
from camcheck.collect.linux.holders.descriptors import Target, device_files, without_root
from camcheck.collect.linux.kernel.lists import KernelLists
from camcheck.collect.linux.kernel.system import AT_FDCWD, Kernel
from camcheck.collect.linux.processes.table import ProcessTable, Task, alive_path
from camcheck.fact import NamedTuple

_SHARED_LINE = (
    rb"(?m)^([0-9a-f]+-[0-9a-f]+) ..[-x]s [0-9a-f]+ ([0-9a-f]+):([0-9a-f]+) ([1-9]\d*) +(.*)$"
)
_QUERY = struct.Struct("=QQQQQQQQQIIIIQQ")  # struct procmap_query
_FILE = struct.Struct("=QII")
_PROCMAP_QUERY = 0xC0686611
_SHARED, _NEXT, _FILE_BACKED = 0x08, 0x10, 0x20
_NAME_SIZE = 256


class Mapping(NamedTuple):
    """A shared mapping of a file: range, device of its file system, inode, path."""

    span: str
    device: tuple[int, int]
    inode: int
    path: str


class Mapped(NamedTuple):
    """A process that has memory of a camera mapped, and the device file that it did that with."""

    pid: int
    target: Target
    node: str
    foreign: bool  # the device file is another than the camera's own


class MappingSearch:
    """One pass over the shared mappings of all processes."""

    def __init__(
        self, table: ProcessTable, kernel: Kernel, targets: dict[tuple[int, int], Target]
    ) -> None:
        self.table = table
        self.kernel = kernel
        self.targets = targets
        self.found: list[Mapped] = []
        self.buffers: list[tuple[int, int, str]] = []  # pid, inode, name of a mapped DMA buffer
        self.denied: set[int] = set()
        self._own = device_files(targets)
        self._known: dict[tuple[tuple[int, int], int], Target | None] = {**self._own}
        self._others: set[bytes] = set()  # files that are no camera's, as the kernel writes them
        self._can_query = True
        self._request = _query(at=0, size=0, address=0)

    def run(self, tasks: list[Task], lists: KernelLists) -> None:
        """Looks into all processes, or into those that the kernel points to."""
        pointed = lists.mapped_by(self.targets.keys())
        for task in tasks:
            if not task.kernel_thread and (pointed is None or task.pid in pointed):
                self.search(f"{self.table.roots.proc}/{task.pid}", task)

    def search(self, base: str, task: Task) -> None:
        path = alive_path(base, task, "maps")
        seen: set[tuple[tuple[int, int], int]] = set()
        try:
            with looking_at(self.table.subject(MEMORY, task)):
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                try:
                    for mapping in self._mappings(descriptor):
                        key = mapping.device, mapping.inode
                        if key not in seen:
                            seen.add(key)
                            self._judge(path, task.pid, mapping, key)
                finally:
                    os.close(descriptor)
        except (FileNotFoundError, ProcessLookupError):
            return  # it ended while we looked
        except OSError:
            self.denied.add(task.pid)

    def _mappings(self, descriptor: int) -> Iterator[Mapping]:
        if self._can_query:
            try:
                yield from self._queried(descriptor)
            except OSError as error:
                if error.errno not in (errno.ENOTTY, errno.EINVAL):
                    raise
                self._can_query = False  # before Linux 6.11: read the text
        if not self._can_query:
            yield from parse_maps(_read_all(descriptor))

    def _queried(self, descriptor: int) -> Iterator[Mapping]:
        """Asks the kernel for shared file mappings only.

        The name is asked for where the file is new or of interest: most mappings of a desktop are
        of files that many programs share.
        """
        import fcntl

        view, others = memoryview(self._request), self._others  # by name: this is an inner loop
        words, file, at = view.cast("Q"), view[64:80], 0
        while True:
            words[2] = at
            try:
                fcntl.ioctl(descriptor, _PROCMAP_QUERY, self._request)
            except OSError as error:
                if error.errno == errno.ENOENT:
                    return
                raise
            at = words[4]
            if file.tobytes() in others:
                continue
            number, start = file.tobytes(), words[3]
            inode, major, minor = _FILE.unpack(number)
            device = major, minor
            yield Mapping(f"{start:x}-{at:x}", device, inode, self._name(descriptor, start))
            if self._known.get((device, inode), self) is None:
                others.add(number)

    def _name(self, descriptor: int, start: int) -> str:
        """The path of the mapping at an address; empty when it is too long to be a device's."""
        import ctypes
        import fcntl

        name = bytearray(_NAME_SIZE)
        address = ctypes.addressof((ctypes.c_char * _NAME_SIZE).from_buffer(name))
        request = _query(at=start, size=_NAME_SIZE, address=address)
        try:
            fcntl.ioctl(descriptor, _PROCMAP_QUERY, request)
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.ENOENT):
                return ""
            raise
        (size,) = struct.unpack_from("=I", request, 80)
        return bytes(name[: max(size - 1, 0)]).decode("utf-8", "surrogateescape")

    def _judge(
        self, path: str, pid: int, mapping: Mapping, key: tuple[tuple[int, int], int]
    ) -> None:
        if mapping.path.startswith("/dmabuf:"):
            self.buffers.append((pid, mapping.inode, mapping.path))
            return
        if key not in self._known:
            self._known[key] = self._by_file(path, mapping)
        target = self._known[key]
        if target:
            own = key in self._own  # the very file, whatever it is called in a chroot or bind mount
            name = target.path
            if mapping.path and not own:
                name = without_root(mapping.path, path.removesuffix("maps"))
            foreign = not own and target in self._own.values()
            self.found.append(Mapped(pid, target, name, foreign=foreign))

    def _by_file(self, path: str, mapping: Mapping) -> Target | None:
        """A node under another name: the mapped file itself gives its device number.

        /proc/PID/map_files needs CAP_CHECKPOINT_RESTORE; without it only known nodes are matched
        (making a node under another name needs root as well). A file on a dead network mount must
        not stop the scan, so the file server is not asked.
        """
        name = os.fsencode(f"{path.removesuffix('maps')}map_files/{mapping.span}")
        kernel = self.kernel
        if not kernel.look(AT_FDCWD, name) or not stat.S_ISCHR(kernel.statx16[14]):
            return None
        return self.targets.get((kernel.statx32[32], kernel.statx32[33]))


def _query(*, at: int, size: int, address: int) -> bytearray:
    """A request for the mapping at or after an address, with room for its name if wanted."""
    request = bytearray(_QUERY.size)
    _QUERY.pack_into(
        request, 0, _QUERY.size, _SHARED | _NEXT | _FILE_BACKED, at,
        0, 0, 0, 0, 0, 0, 0, 0, size, 0, address, 0,
    )  # fmt: skip
    return request


def parse_maps(text: bytes) -> Iterator[Mapping]:
    """The shared file mappings of proc_pid_maps(5)."""
    for span, major, minor, inode, path in re.findall(_SHARED_LINE, text):
        yield Mapping(
            span.decode(),
            (int(major, 16), int(minor, 16)),
            int(inode),
            path.decode("utf-8", "surrogateescape"),
        )


def _read_all(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)
