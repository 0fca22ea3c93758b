"""The watch on Linux: the reader of events in a thread, and the drivers' own witnesses."""

import os
import select
import sys
import time
from typing import Any

from camcheck.bounded import BlockedError, Companion
from camcheck.collect.linux.holders.descriptors import DescriptorSearch, Target
from camcheck.collect.linux.holders.driver_count import MEASURED, drivers
from camcheck.collect.linux.holders.mappings import MappingSearch
from camcheck.collect.linux.holders.search import find_targets, is_raw
from camcheck.collect.linux.kernel.modules import reference_count
from camcheck.collect.linux.kernel.system import Kernel, Roots
from camcheck.collect.linux.processes.table import ProcessTable, Task
from camcheck.collect.linux.watch.driver_pulse import Pulse, PulseReader
from camcheck.collect.linux.watch.event_reader import EventReader
from camcheck.collect.watch import Counted, Seen, Sighting
from camcheck.errors import MonitorError
from camcheck.model import Camera, Process

_REFRESH = 60.0  # seconds after which the numbers of open files are read again
_ALWAYS = 300.0  # seconds between full looks where a driver does not count its openings
_AWAKE = 10.0  # seconds for which a camera that was just plugged in is awake by itself
_RECENT = 3.0  # seconds after which an opening explains no change of a count any more
_DOUBT = 5.0  # seconds for which openings can explain that a driver counts more
_DESCRIBED, _MAPPED = "described", "mapped"  # what the companion is asked for
_SWITCH = 0.0001  # seconds after which a look lets the reader's thread run


class LinuxWatch:
    """A watch on the nodes of cameras; see `collect.watch.Watch`."""

    def __init__(self, roots: Roots | None = None, *, with_fanotify: bool = True) -> None:
        self._roots = roots or Roots()
        self._table = ProcessTable(self._roots)
        self._kernel = Kernel()
        self._cameras: tuple[Camera, ...] = ()
        self._targets: dict[tuple[int, int], Target] = {}
        self._pulses = PulseReader(self._roots, ())
        self._pulse: Pulse | None = None
        self._doubted: dict[str, float] = {}
        self._refreshed = self._armed = time.monotonic()
        sys.setswitchinterval(_SWITCH)
        # What can block is looked at by another process; it is made before there are threads.
        self._companion = Companion(self._look_into)
        self._reader = EventReader(
            self._roots, self._table, self.describe, with_fanotify=with_fanotify
        )
        self._poll = select.poll()
        self._poll.register(self._reader.bell, select.POLLIN)
        self.way = self._reader.way
        self.limits: tuple[str, ...] = ()
        self.every = float("inf")

    def arm(self, cameras: tuple[Camera, ...]) -> None:
        self._cameras = cameras
        self._targets = find_targets(cameras)
        unseen = self._reader.arm(self._targets)
        self._pulses = PulseReader(self._roots, cameras)
        self._pulse, self._armed = self._pulses.read(), time.monotonic()
        silent = {name for name in drivers(cameras) if not self._speaks(name)}
        blind = [camera for camera in cameras if camera.driver is None or camera.driver in silent]
        self.every = _ALWAYS if blind else float("inf")
        self.limits = tuple(self._limits(unseen, blind))

    def _speaks(self, driver: str) -> bool:
        return driver in MEASURED and reference_count(self._roots, driver) is not None

    def _limits(self, unseen: list[str], blind: list[Camera]) -> list[str]:
        limits = []
        if self.way == "inotify":
            limits.append(
                "As an ordinary user, programs of other users are not named, and a use shorter "
                "than about 10 milliseconds is seen but may not be attributed."
            )
        limits += [f"Openings of {path} cannot be watched." for path in unseen]
        limits += [
            f"{camera.name}: its driver does not tell how often it is open, so a program that uses "
            "a device node made elsewhere (in a container) is only found every five minutes."
            for camera in blind
        ]
        return limits

    def listen(self, path: str) -> bool:
        self._reader.listen(path)
        return True

    def wait(self, timeout: float) -> Seen:
        if self._poll.poll(max(0.0, timeout) * 1000):
            os.eventfd_read(self._reader.bell)
        if not self._reader.is_alive():
            raise MonitorError("The watch on the cameras broke down; start the monitor again.")
        return self._reader.take()

    def wake(self) -> None:
        os.eventfd_write(self._reader.bell, 1)

    def stirred(self) -> bool:
        if time.monotonic() - self._refreshed > _REFRESH:
            self._reader.refresh()
            self._refreshed = time.monotonic()
        before, now = self._pulse, self._pulses.read()
        if before is None:
            return False
        change = self._pulses.compare(before, now)
        began = self._unexplained(change.risen)
        woke = [camera for camera in change.woken if not self._explained((camera,))]
        # A count that events explain is compared again, in case it stays when they do not.
        self._pulse = now if began else now._replace(counts=self._least(before, now))
        settled = time.monotonic() - self._armed > _AWAKE
        ends = tuple(Sighting(camera, "", closed=True) for camera in change.fallen)
        self._reader.add(Seen(ends, moved=change.woken if settled else ()))
        return bool(began or woke or change.odd)

    def counted(self) -> dict[str, Counted]:
        return self._pulses.counted()

    def _unexplained(self, risen: tuple[str, ...]) -> list[str]:
        """Those whose count no opening explains, or explains for too long: a decoy that opens and
        closes all the time must not cover for somebody who stays."""
        now = time.monotonic()
        self._doubted = {camera: self._doubted.get(camera, now) for camera in risen}
        doubtful = not self._explained(risen)
        return [
            camera for camera, since in self._doubted.items() if doubtful or now - since > _DOUBT
        ]

    def _explained(self, cameras: tuple[str, ...]) -> bool:
        """Whether an opening that was seen can be why a driver counts more."""
        recent = time.monotonic() - _RECENT
        return any(self._reader.opened(camera) > recent for camera in cameras)

    def _least(self, before: Pulse, now: Pulse) -> tuple[int | None, ...]:
        pairs = zip(before.counts, now.counts, strict=True)
        return tuple(new if old is None or new is None else min(old, new) for old, new in pairs)

    def holding(self, camera: str, pids: frozenset[int]) -> frozenset[int] | None:
        known = next((one for one in self._cameras if one.id == camera), None)
        if known and not is_raw(known) and self._is_unused(known.driver):
            return frozenset()
        tasks = [task for task in map(self._table.read_task, pids) if task]
        descriptors = DescriptorSearch(self._table, self._kernel, self._targets)
        descriptors.run_in_turn(tasks)  # a few processes only
        found = {hit.pid for hit in descriptors.hits if hit.target.camera == camera}
        for task in tasks:
            if task.pid not in found and self._has_mapped(task, camera):
                found.add(task.pid)
        return frozenset(found)

    def _has_mapped(self, task: Task, camera: str) -> bool:
        """Also of one that blocks those who look: it may."""
        try:
            return bool(self._companion.ask(_MAPPED, task, camera, self._targets))
        except BlockedError:
            return True

    def describe(self, pid: int) -> Process | None:
        """Who a process is; just its outline when it blocks those who look. None: it has ended."""
        try:
            process: Process | None = self._companion.ask(_DESCRIBED, pid)
        except BlockedError:
            task = self._table.read_task(pid)
            return self._table.outline(task) if task else None
        return process

    def _look_into(self, what: str, *words: Any) -> object:
        """What the companion does for the watch."""
        if what == _DESCRIBED:
            return self._table.describe(*words)
        task, camera, targets = words
        mappings = MappingSearch(self._table, self._kernel, targets)
        mappings.search(f"{self._roots.proc}/{task.pid}", task)
        return any(one.target.camera == camera for one in mappings.found)

    def _is_unused(self, driver: str | None) -> bool:
        return driver in MEASURED and reference_count(self._roots, driver) == 0

    def close(self) -> None:
        self._reader.close()
        self._companion.close()
