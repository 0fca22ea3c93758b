"""The watch on Linux: fanotify as root, inotify for everybody else, and the drivers' own witnesses.

Both see an opening of the watched node within a fraction of a millisecond, and neither sees a node
for the same device in another place (mknod, containers): for that there is the pulse.
"""

import os
import select
import signal
import time

from camcheck.collect.bucket import Bucket
from camcheck.collect.linux import fanotify, inotify
from camcheck.collect.linux.descriptors import DescriptorSearch, Target
from camcheck.collect.linux.holders import find_targets, is_raw
from camcheck.collect.linux.mappings import MappingSearch
from camcheck.collect.linux.processes import ProcessTable
from camcheck.collect.linux.pulse import Pulse, PulseReader
from camcheck.collect.linux.references import CALIBRATED, drivers, reference_count
from camcheck.collect.linux.rise import RiseSearch
from camcheck.collect.linux.system import Kernel, Roots
from camcheck.collect.watching import Seen, Sighting
from camcheck.model import Camera, Process, ProcessId

_BATCH = 0.02  # seconds between two readings once events come faster than the budget
_READS = 50.0  # readings that may follow each other at once; half as many per second after that
_SEARCHES, _SEARCHES_PER_SECOND = 20.0, 1.0  # searches for the process of an event
_SAME = 5.0  # seconds in which an event that was not searched is taken for the last one found
_REFRESH = 60.0  # seconds after which the numbers of open files are taken anew
_ALWAYS = 300.0  # seconds between full looks where a driver does not tell its openings
_NAMES = ("video", "media", "v4l-")
_CHANGES = inotify.CREATED | inotify.DELETED | inotify.ATTRIBUTES
_USE = fanotify.OPENED | fanotify.CLOSED
_REMEMBERED = 256  # processes whose description is kept; a storm of new ones keeps it at that


class LinuxWatch:
    """Eyes on the nodes of cameras; see `watching.Watch`."""

    def __init__(self, roots: Roots | None = None, *, may_trace: bool = True) -> None:
        self._roots = roots or Roots()
        self._table = ProcessTable(self._roots)
        self._kernel = Kernel()
        self._inotify = inotify.Inotify()
        self._inotify.watch(self._roots.dev, _CHANGES)
        self._fanotify = _fanotify() if may_trace else None
        self._rise = None if self._fanotify else RiseSearch(self._table)
        self._refreshed = time.monotonic()
        self._known: dict[ProcessId, Process] = {}
        self._cameras: tuple[Camera, ...] = ()
        self._targets: dict[tuple[int, int], Target] = {}
        self._nodes: dict[str, Target] = {}
        self._pulses = PulseReader(self._roots, ())
        self._pulse: Pulse | None = None
        now = time.monotonic()
        self._reads = Bucket(size=_READS, rate=_READS / 2, at=now)
        self._searches = Bucket(size=_SEARCHES, rate=_SEARCHES_PER_SECOND, at=now)
        self._found: dict[str, tuple[float, list[Process]]] = {}
        self._poll = select.poll()
        self._poll.register(self._inotify.fd, select.POLLIN)
        self._woken = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._poll.register(self._woken, select.POLLIN)
        if self._fanotify:
            self._poll.register(self._fanotify.fd, select.POLLIN)
        self.way = "fanotify" if self._fanotify else "inotify"
        self.limits: tuple[str, ...] = ()
        self.every = float("inf")

    def arm(self, cameras: tuple[Camera, ...]) -> None:
        for path in self._nodes:
            self._inotify.forget(path)
        self._cameras = cameras
        self._targets = find_targets(cameras)
        self._nodes = {target.path: target for target in self._targets.values()}
        unseen = self._mark([path for path in self._nodes if os.path.exists(path)])
        self._pulses = PulseReader(self._roots, cameras)
        self._pulse = self._pulses.read()
        silent = {name for name in drivers(cameras) if not self._speaks(name)}
        blind = [camera for camera in cameras if camera.driver is None or camera.driver in silent]
        self.every = _ALWAYS if blind else float("inf")
        self.limits = tuple(self._limits(unseen, blind))

    def _mark(self, paths: list[str]) -> list[str]:
        """Watches the nodes; returns those that cannot be watched."""
        failed = self._fanotify.mark(paths) if self._fanotify else paths
        failed = [path for path in failed if not self._inotify.watch(path, _USE)]
        if failed and self._inotify.watch(self._roots.dev, _CHANGES | _USE):
            # Nodes that may not be read: their folder tells of openings, of all nodes in it.
            return [path for path in failed if os.path.dirname(path) != self._roots.dev]
        self._inotify.watch(self._roots.dev, _CHANGES)
        return failed

    def _speaks(self, driver: str) -> bool:
        return driver in CALIBRATED and reference_count(self._roots, driver) is not None

    def _is_unused(self, driver: str | None) -> bool:
        return driver in CALIBRATED and reference_count(self._roots, driver) == 0

    def _limits(self, unseen: list[str], blind: list[Camera]) -> list[str]:
        limits = []
        if not self._fanotify:
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

    def wait(self, timeout: float) -> Seen:
        ready = [descriptor for descriptor, _ in self._poll.poll(max(0.0, timeout) * 1000)]
        if self._woken in ready:
            os.eventfd_read(self._woken)
        if not ready or ready == [self._woken]:
            return Seen()
        if not self._reads.take(time.monotonic()):
            time.sleep(_BATCH)  # the first events are read at once, a storm in batches
        sightings: list[Sighting] = []
        lost = changed = False
        traced = self._fanotify.read() if self._fanotify else []
        for event in traced:
            if event.mask & fanotify.OVERFLOW:
                lost = True
            else:
                sightings += self._traced(event)
        use: dict[str, int] = {}
        for plain in self._inotify.read():
            lost |= bool(plain.mask & fanotify.OVERFLOW)
            path = f"{plain.path}/{plain.name}" if plain.name else plain.path or ""
            if plain.mask & _CHANGES and plain.name.startswith(_NAMES):
                changed = True
            elif plain.mask & _USE and path in self._nodes:
                use[path] = use.get(path, 0) | plain.mask
        sightings += self._untraced(use)
        return Seen(tuple(sightings), changed, lost)

    def _traced(self, event: fanotify.Event) -> list[Sighting]:
        """An event that names its process. The process is described while it lives."""
        assert self._fanotify
        try:
            path = self._fanotify.path(event)
            if path is None or event.pid == os.getpid():
                return []
            process = self._describe(event.pid, event.pidfd)
        finally:
            if event.pidfd is not None:
                os.close(event.pidfd)
        opened, closed = bool(event.mask & fanotify.OPENED), bool(event.mask & fanotify.CLOSED)
        return [Sighting(self._nodes[path].camera, path, opened, closed, process)]

    def _describe(self, pid: int, pidfd: int | None) -> Process | None:
        """Who this is; only its number when it has ended. None: the kernel does not say."""
        if pid <= 0:
            return None
        gone = Process(pid, None, "?", unknown=("cmdline", "exe", "name", "started", "user"))
        task = self._table.read_task(pid) if pidfd is not None else None
        if task is None:
            return gone
        identity = ProcessId(pid, self._table.started(task))
        process = self._known.get(identity)
        if process is None:
            process = self._table.details(self._table.row(task))
            if pidfd is None or not _is_there(pidfd):
                return process if process.exe else gone
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[identity] = process
        return process

    def _untraced(self, use: dict[str, int]) -> list[Sighting]:
        """Events without a process: whoever holds the camera now, or has just opened more files."""
        sightings = [
            Sighting(
                self._nodes[path].camera,
                path,
                bool(mask & fanotify.OPENED),
                bool(mask & fanotify.CLOSED),
            )
            for path, mask in use.items()
        ]
        if self._rise is None or not any(sighting.opened for sighting in sightings):
            return sightings
        return [one for sighting in sightings for one in self._named(sighting, self._rise)]

    def _named(self, sighting: Sighting, rise: RiseSearch) -> list[Sighting]:
        """The event once for each process that it can have come from."""
        now = time.monotonic()
        at, people = self._found.get(sighting.camera, (0.0, []))
        suspects: tuple[str, ...] = ()
        if sighting.opened and self._searches.take(now):
            found = rise.find(self._targets)
            pids = [pid for pid, camera in found.holders if camera == sighting.camera]
            tasks = [task for task in map(self._table.read_task, pids) if task]
            people = [self._table.details(self._table.row(task)) for task in tasks]
            suspects = found.suspects
            if people:
                self._found[sighting.camera] = now, people
        elif not sighting.opened or now - at > _SAME:
            people = []
        if people:
            return [sighting._replace(process=process) for process in people]
        return [sighting._replace(suspects=suspects)]

    def wake(self) -> None:
        os.eventfd_write(self._woken, 1)

    def stirred(self) -> bool:
        if self._rise and time.monotonic() - self._refreshed > _REFRESH:
            self._rise.refresh()
            self._refreshed = time.monotonic()
        before, self._pulse = self._pulse, self._pulses.read()
        return before != self._pulse

    def holding(self, camera: str, pids: frozenset[int]) -> frozenset[int] | None:
        known = next((one for one in self._cameras if one.id == camera), None)
        if known and not is_raw(known) and self._is_unused(known.driver):
            return frozenset()
        tasks = [task for task in map(self._table.read_task, pids) if task]
        descriptors = DescriptorSearch(self._table, self._kernel, self._targets)
        descriptors.run(tasks)
        found = {hit.pid for hit in descriptors.hits if hit.target.camera == camera}
        mappings = MappingSearch(self._table, self._targets)
        mappings.run([task for task in tasks if task.pid not in found])
        found.update(pid for pid, target, _ in mappings.found if target.camera == camera)
        return frozenset(found)

    def close(self) -> None:
        os.close(self._woken)
        self._inotify.close()
        if self._fanotify:
            self._fanotify.close()


def _fanotify() -> fanotify.Fanotify | None:
    """None where the kernel or the privilege is missing: then inotify has to do."""
    if os.geteuid() != 0:
        return None  # without CAP_SYS_ADMIN the kernel tells no foreign process
    try:
        return fanotify.Fanotify()
    except OSError:
        return None


def _is_there(pidfd: int) -> bool:
    """Whether the pinned process still has its number, so that /proc told of no other."""
    try:
        signal.pidfd_send_signal(pidfd, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
