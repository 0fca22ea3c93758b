"""What the kernel itself lists, for root: no file system and no library is between.

To look at every descriptor and every mapping of a machine through /proc costs system calls for
each. Root can have the kernel go over all of them (iterators of BPF): it names the few that can
have to do with a camera, and those are then looked at in /proc like any other. Where the kernel
refuses, None is the answer, and everything is looked at in turn.
"""

import os
import struct
from collections.abc import Callable, Collection, Iterator

from camcheck.bounded import looking_at, passes_any
from camcheck.collect.linux.kernel.system import Roots, in_first_pid_namespace
from camcheck.fact import NamedTuple
from camcheck.privilege import is_root
from camcheck.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from camcheck.collect.linux.kernel.bpf import Bpf, Op, Types

# Names of descriptors, by process and thread.
OpenFiles = dict[int, dict[int, list[str]]]
Program = Callable[["Types"], "list[Op | str]"]
Row = tuple[Any, ...]


class Pointed(NamedTuple):
    """Descriptors that can have to do with a device. ``mapped``: somebody has mapped such a file.

    That is told of the files that are open in a descriptor; a file that is only mapped is in none.
    """

    files: OpenFiles
    mapped: bool


class EveryFile(NamedTuple):
    """Out of all descriptors, those that can have to do with a device, and sockets.

    ``told`` are the processes of which the kernel told any descriptor.
    """

    files: OpenFiles
    sockets: OpenFiles
    told: frozenset[int]


class KernelLists:
    """Used with ``with``: what was loaded into the kernel ends there."""

    def __init__(self, roots: Roots) -> None:
        # The kernel numbers processes as its first namespace does.
        self._told = is_root() and bool(in_first_pid_namespace(roots))
        self._bpf: Bpf | None = None

    def __enter__(self) -> "KernelLists":
        return self

    def __exit__(self, *_: object) -> None:
        if self._bpf is not None:
            self._bpf.close()

    def processes(self) -> dict[int, str] | None:
        """All processes with their names."""
        from camcheck.collect.linux.kernel.programs import PROCESS, processes

        rows = self._rows("bpf_iter_task", processes, PROCESS) if self._told else None
        if rows is None:
            return None
        return {
            pid: name.partition(b"\0")[0].decode("utf-8", "surrogateescape") for pid, name in rows
        }

    def open_files(self, devices: Collection[tuple[int, int]], shared_inode: int) -> Pointed | None:
        """Descriptors that are one of the devices, under whatever name, a ring or a DMA buffer.

        ``shared_inode`` is that of the anonymous files that hold nothing (event, timer, poll).
        """
        if not self._told:
            return None
        from camcheck.collect.linux.kernel.programs import OPEN_FILE, open_files

        rows = self._rows(
            "bpf_iter_task_file", lambda types: open_files(types, devices, shared_inode), OPEN_FILE
        )
        if rows is None:
            return None
        found = Pointed({}, mapped=any(mapped for _, _, _, mapped in rows))
        for pid, tid, number, _ in rows:
            found.files.setdefault(pid, {}).setdefault(tid, []).append(str(number))
        return found

    def every_file(
        self, devices: Collection[tuple[int, int]], shared_inode: int
    ) -> EveryFile | None:
        """The same descriptors, out of all that are open anywhere: the kernel chooses none here.

        It is believed when it tells right of a descriptor of our own.
        """
        if not self._told:
            return None
        from camcheck.collect.linux.kernel.programs import (
            ANONYMOUS,
            DMA_BUFFER,
            EVERY_FILE,
            MINOR_BITS,
            SOCKETS,
            every_file,
        )

        numbers = {major << MINOR_BITS | minor for major, minor in devices}
        found, told, ours = EveryFile({}, {}, frozenset()), set(), os.getpid()
        known = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        try:
            own = os.fstat(known)
            null = os.major(own.st_rdev) << MINOR_BITS | os.minor(own.st_rdev)
            believed = False
            rows = self._stream("bpf_iter_task_file", every_file, EVERY_FILE)
            for inode, pid, tid, number, device, system in rows:
                told.add(pid)
                if pid == ours and (inode, tid, number, device) == (own.st_ino, ours, known, null):
                    believed = True
                if system == SOCKETS:
                    found.sockets.setdefault(pid, {}).setdefault(tid, []).append(str(number))
                elif (
                    device in numbers
                    or system == DMA_BUFFER
                    or (system == ANONYMOUS and inode != shared_inode)
                ):
                    found.files.setdefault(pid, {}).setdefault(tid, []).append(str(number))
        except (OSError, ValueError, struct.error):
            return None
        finally:
            os.close(known)
        return found._replace(told=frozenset(told)) if believed else None

    def sockets_with_files(self) -> list[tuple[int, int, int]] | None:
        """Sockets with files that nobody has received, or that listen: process, thread, number."""
        if not self._told:
            return None
        from camcheck.collect.linux.kernel.programs import SOCKET, sockets

        return self._rows("bpf_iter_task_file", sockets, SOCKET)

    def mapped_by(self, devices: Collection[tuple[int, int]]) -> frozenset[int] | None:
        """Processes that have one of the devices, or a DMA buffer, in memory.

        Unlike the others this waits for a process that keeps its memory map locked; who does is
        found by looking at each in turn.
        """
        if not self._told or passes_any():
            return None
        from camcheck.collect.linux.kernel.programs import MAPPING, mappings

        with looking_at("mappings/of all"):
            rows = self._rows("bpf_iter_task_vma", lambda types: mappings(types, devices), MAPPING)
        return None if rows is None else frozenset(pid for (pid,) in rows)

    def _rows(self, iterator: str, program: Program, row: struct.Struct) -> list[Row] | None:
        try:
            return list(self._stream(iterator, program, row))
        except (OSError, ValueError, struct.error):
            return None

    def _stream(self, iterator: str, program: Program, row: struct.Struct) -> Iterator[Row]:
        """What the program writes, while the kernel runs it. Raises OSError, ValueError."""
        from camcheck.collect.linux.kernel.bpf import Bpf, assemble

        if self._bpf is None:
            self._bpf = Bpf()
        for part in self._bpf.iterate(iterator, assemble(program(self._bpf.types()))):
            yield from row.iter_unpack(part)
