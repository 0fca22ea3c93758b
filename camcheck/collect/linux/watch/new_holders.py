"""Who has just opened a camera, for a user to whom the kernel does not say it.

The newest processes are looked into first, by the number that the kernel gave last (proc_loadavg
in fs/proc/loadavg.c): a process that was made to open the camera is among them, and may be gone a
millisecond later. Then those whose number of open files rose, which anybody may read (st_size of
/proc/PID/fd, Linux 6.2: proc_readfd_count in fs/proc/fd.c): that takes milliseconds, where a full
search takes tens. Those of other users remain suspects by number.
"""

import os
import time
from collections.abc import Callable

from camcheck.collect.linux.holders.descriptors import DescriptorSearch, Hit, Target
from camcheck.collect.linux.kernel.system import AT_FDCWD, Kernel, read_optional
from camcheck.collect.linux.processes.table import ProcessTable, Task, status_field
from camcheck.fact import NamedTuple
from camcheck.model import Process

_NAMED = 5  # suspects that are named: with more, the number says nothing
_NEWEST = 32  # processes that are looked into before anything is counted
_KNOWN = 4  # programs that were found before, and may do it again
_LOOKS = 3  # looks into a new process before the number of its files means something
_TIME = 0.03  # seconds for those whose number rose, the newest first
_FRESH = 5.0  # seconds in which a program that was found can be the one that opens once more

_Place = tuple[int, int, int | None]  # process, thread, descriptor
Describe = Callable[[int], Process | None]  # by number, in time; None: it has ended


class Found(NamedTuple):
    """Processes that hold a node now and did not before, and those that could not be looked into
    but have more open files."""

    holders: tuple[tuple[Process, str], ...]  # and the camera
    suspects: tuple[str, ...]


class NewHolderSearch:
    """Looks for new holders, and remembers the old ones: they explain no new opening."""

    def __init__(self, table: ProcessTable, describe: Describe) -> None:
        self._table, self._describe = table, describe
        self._kernel = Kernel()
        self._counts = self._read()
        self._last = self._newest()
        self._held: dict[_Place, float] = {}
        self._before: list[int] = []
        self._young: dict[int, tuple[int, int]] = {}

    def refresh(self) -> None:
        """From now on the present numbers are the usual ones."""
        self._counts = self._read()
        self._young = {}

    def closed(self, targets: dict[tuple[int, int], Target]) -> None:
        """Somebody has closed a node: whoever has not still holds it."""
        self._held = {
            place: at for place, at in self._held.items() if self._is_open(place, targets)
        }

    def find(self, targets: dict[tuple[int, int], Target], *, reopened: bool) -> Found:
        """Looks into the newest processes, those found before, and those whose number rose.

        ``reopened``: there were closings, too, so whoever was found a moment ago may have closed
        the node and opened it again.
        """
        search = _Search(
            self._table, self._kernel, targets, self._held, self._describe, reopened=reopened
        )
        newest = self._newest()
        span = newest - self._last if newest >= self._last else _NEWEST
        for pid in range(newest, max(0, newest - min(span, _NEWEST)), -1):
            search.look(pid)
        for pid in self._before:
            search.look(pid)
        before, now = self._counts, self._read()
        counts = now.get(os.getpid(), 0) > 0  # this process has files open
        grown = [pid for pid, count in now.items() if count > before.get(pid, -1) or not counts]
        until = time.monotonic() + _TIME
        looked = []
        for pid in sorted(grown, key=lambda pid: (pid in before, -pid)):
            if time.monotonic() < until:
                search.look(pid)
                looked.append(pid)
        self._learn(before, now, looked)
        self._last = newest
        found = [process.pid for process, _ in search.found]
        self._before = list(dict.fromkeys([*found, *self._before]))[:_KNOWN]
        return Found(tuple(search.found), self._suspects(search.denied, before, now))

    def _learn(self, before: dict[int, int], now: dict[int, int], looked: list[int]) -> None:
        """Which numbers are the usual ones: the least that were seen.

        A file that was open by chance at the last look must not hide the camera at this one, so
        a process that is new is looked into a few times before its number counts.
        """
        self._counts = {pid: min(count, now[pid]) for pid, count in before.items() if pid in now}
        young = {pid: entry for pid, entry in self._young.items() if pid in now}
        for pid in looked:
            if pid not in before and now[pid]:
                times, least = young.get(pid, (0, now[pid]))
                young[pid] = times + 1, min(least, now[pid])
        settled = [pid for pid, (times, _) in young.items() if times >= _LOOKS]
        self._counts.update((pid, young.pop(pid)[1]) for pid in settled)
        self._young = young

    def _newest(self) -> int:
        """The number that the kernel gave last, to a process or a thread."""
        text = read_optional(f"{self._table.roots.proc}/loadavg") or ""
        last = text.rpartition(" ")[2]
        return int(last) if last.isdecimal() else 0

    def _is_open(self, place: _Place, targets: dict[tuple[int, int], Target]) -> bool:
        pid, task, number = place
        path = f"{self._table.roots.proc}/{pid}/task/{task}/fd/{number}"
        # Never os.stat: what stands there by now can be a file whose server does not answer.
        return self._kernel.look(AT_FDCWD, os.fsencode(path)) and self._kernel.device in targets

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


class _Search:
    """One search: whoever is found is described at once, while there is time."""

    def __init__(
        self,
        table: ProcessTable,
        kernel: Kernel,
        targets: dict[tuple[int, int], Target],
        held: dict[_Place, float],
        describe: Describe,
        *,
        reopened: bool,
    ) -> None:
        self._table, self._held, self._reopened = table, held, reopened
        self._describe = describe
        self._now = time.monotonic()
        self._descriptors = DescriptorSearch(table, kernel, targets)
        self._looked = {os.getpid()}
        self.denied = self._descriptors.denied
        self.found: list[tuple[Process, str]] = []

    def look(self, number: int) -> None:
        """Looks into one process, named by its number or by a thread's."""
        if number in self._looked:
            return
        self._looked.add(number)
        task = self._table.read_task(number)
        if task is None:
            return
        cameras = self._search(task)
        whole = self._whole(task) if cameras else None
        if whole and whole is not task:
            self._looked.add(whole.pid)
            cameras |= self._search(whole)
        process = self._describe(whole.pid) if whole else None
        if process:
            if not process.exe:  # it ended while we looked: what was not read is not known
                unknown = {*process.unknown, "cmdline", "exe"}
                process = process._replace(unknown=tuple(sorted(unknown)))
            known = {camera for other, camera in self.found if other.pid == process.pid}
            self.found += [(process, camera) for camera in sorted(cameras - known)]

    def _search(self, task: Task) -> set[str]:
        """The cameras that it did not hold before."""
        self._descriptors.hits.clear()
        self._descriptors.run_in_turn([task])
        return {hit.target.camera for hit in self._descriptors.hits if self._is_new(hit)}

    def _is_new(self, hit: Hit) -> bool:
        place = hit.pid, hit.task, hit.number
        at = self._held.get(place)
        if at is not None and not (self._reopened and self._now - at < _FRESH):
            return False
        self._held[place] = self._now
        return True

    def _whole(self, task: Task) -> Task | None:
        """The process, where ``task`` is a thread of it; None when it has ended."""
        status = read_optional(f"{self._table.roots.proc}/{task.pid}/status")
        group = status_field(status, "Tgid")
        if group is None or int(group) == task.pid:
            return task
        return self._table.read_task(int(group))
