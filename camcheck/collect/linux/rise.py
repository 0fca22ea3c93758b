"""Who has just opened a camera, for a user to whom the kernel does not say it.

The number of open files of every process is readable by anybody (st_size of /proc/PID/fd, Linux
6.2: proc_readfd_count in fs/proc/fd.c). Only processes whose number rose are looked into, which
takes milliseconds where a full search takes tens. Those of other users remain suspects by number.
"""

import os
from typing import NamedTuple

from camcheck.collect.linux.descriptors import DescriptorSearch, Target
from camcheck.collect.linux.processes import ProcessTable
from camcheck.collect.linux.system import Kernel

_NAMED = 5  # suspects that are named: with more, the number says nothing


class Found(NamedTuple):
    """Processes that hold a node now, and those that could not be looked into but grew."""

    holders: tuple[tuple[int, str], ...]  # pid and camera
    suspects: tuple[str, ...]


class RiseSearch:
    """Counts open files, and compares with the last time."""

    def __init__(self, table: ProcessTable) -> None:
        self._table = table
        self._kernel = Kernel()
        self._counts = self._read()

    def refresh(self) -> None:
        """Takes the numbers of now as the usual ones."""
        self._counts = self._read()

    def find(self, targets: dict[tuple[int, int], Target]) -> Found:
        """Looks into the processes whose number rose, the newest first."""
        before, now = self._counts, self._read()
        grown = [
            pid
            for pid, count in now.items()
            if count > before.get(pid, -1) or count == 0  # 0: the kernel does not count
        ]
        # A file that was open by chance at the last look must not hide the camera at this one.
        self._counts = {pid: min(count, now[pid]) for pid, count in before.items() if pid in now}
        search = DescriptorSearch(self._table, self._kernel, targets)
        for pid in sorted(grown, key=lambda pid: (pid in before, -pid)):
            task = self._table.read_task(pid)
            if task and pid != os.getpid():
                search.run([task])
        holders = {(hit.pid, hit.target.camera) for hit in search.hits}
        return Found(tuple(sorted(holders)), self._suspects(search.denied, before, now))

    def _read(self) -> dict[int, int]:
        proc = self._table.roots.proc
        counts = {}
        for name in os.listdir(proc):
            if name.isdecimal():
                try:
                    counts[int(name)] = os.stat(f"{proc}/{name}/fd").st_size
                except OSError:
                    continue  # it ended while we looked
        return counts

    def _suspects(
        self, denied: set[int], before: dict[int, int], now: dict[int, int]
    ) -> tuple[str, ...]:
        named = []
        for pid in sorted(denied):
            task = self._table.read_task(pid)
            if task and now.get(pid, 0) > before.get(pid, 0):
                named.append(f"{task.name} ({pid})")
        return tuple(named) if len(named) <= _NAMED else ()
