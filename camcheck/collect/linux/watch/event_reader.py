"""Reads events of camera nodes in a thread: fanotify as root, inotify for everybody else.

Both report an opening of the watched node within a fraction of a millisecond, and neither of a
node for the same device in another place (mknod, containers). A process that lives for a
millisecond can only be described at once, so nothing else may keep this thread waiting.

A storm is read in batches: what waits for the next batch is merged by the kernel, per process
(fanotify_merge in fs/notify/fanotify/fanotify.c) or per node (inotify_merge in
fs/notify/inotify/inotify_fsnotify.c, equal neighbours only). What repeats itself is reported
once a second, who is new at once.
"""

import os
import select
import signal
import threading
import time
from collections.abc import Iterator

from camcheck.collect.bucket import Bucket
from camcheck.collect.linux.holders.descriptors import Target
from camcheck.collect.linux.kernel import fanotify, inotify
from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.collect.linux.watch.new_holders import Describe, NewHolderSearch
from camcheck.collect.watch import Seen, Sighting, elapsed
from camcheck.model import Process, ProcessId
from camcheck.privilege import is_root

_BATCH = 0.1  # seconds between two readings once events come faster than the budget
_STORM = 1.0  # seconds for which a storm is taken to go on
_REPEAT = 1.0  # seconds between two reports of the same process in a storm
_LOUD = 100  # openings and closings in one batch, above which closings are left out for a while
_MUTE = 2.0  # seconds without closings; then one is assumed for each node
_SAMPLE = 0.01  # seconds after which the queue is looked at again, to see whether the storm is over
_READS, _READS_PER_SECOND = 50.0, 5.0  # readings that may follow each other without a pause
_SEARCHES, _SEARCHES_PER_SECOND = 20.0, 2.5  # searches for the process of an event
_SEARCHED = 1.0  # seconds between two searches while closings are left out
_SAME = 5.0  # seconds in which an event that was not searched is taken for the last one found
_NAMES = ("video", "media", "v4l-")
_CHANGES = inotify.CREATED | inotify.DELETED | inotify.ATTRIBUTES
_USE = fanotify.OPENED | fanotify.CLOSED
_REMEMBERED = 256  # processes whose description is kept, also in a storm of new ones
_UNREAD = 2000  # sightings that wait for the monitor; more are lost, and that is said


class EventReader:
    """Events of the nodes that `arm` names; ``bell`` is readable when there are some."""

    def __init__(
        self, roots: Roots, table: ProcessTable, describe: Describe, *, with_fanotify: bool
    ) -> None:
        self._dev, self._table, self._story = roots.dev, table, describe
        self._inotify = inotify.Inotify()
        self._inotify.watch(self._dev, _CHANGES)
        self._fanotify = _fanotify() if with_fanotify else None
        self._new_holders = None if self._fanotify else NewHolderSearch(table, describe)
        self.way = "fanotify" if self._fanotify else "inotify"
        self._targets: dict[tuple[int, int], Target] = {}
        self._nodes: dict[str, Target] = {}
        self._asked: tuple[str, ...] = ()
        self._known: dict[ProcessId, Process] = {}
        self._found: dict[str, tuple[float, list[Process]]] = {}
        now = time.monotonic()
        self._reads = Bucket(size=_READS, rate=_READS_PER_SECOND, at=now)
        self._searches = Bucket(size=_SEARCHES, rate=_SEARCHES_PER_SECOND, at=now)
        self._opened: dict[str, float] = {}
        self._searched = float("-inf")
        self._storm = float("-inf")  # until when
        self._plain: dict[str, int] = {}  # nodes and folders that inotify watches, and for what
        self._muted: float | None = None  # until when closings are left out
        self._batch = _BATCH
        self._lock = threading.Lock()
        self._unread: list[Seen] = []
        self._reported: set[tuple[str, ProcessId | None, tuple[str, ...]]] = set()
        self._repeats: dict[tuple[str, ProcessId | None, tuple[str, ...]], Sighting] = {}
        self._rung = float("-inf")
        self.bell = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._end = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._thread = threading.Thread(target=self._follow, name="camera events", daemon=True)
        self._thread.start()

    def arm(self, targets: dict[tuple[int, int], Target]) -> list[str]:
        """Watches these nodes and no others; returns those that cannot be watched."""
        before, nodes = self._nodes, {target.path: target for target in targets.values()}
        self._targets, self._nodes = targets, {**before, **nodes}
        paths = [path for path in (*nodes, *self._asked) if os.path.exists(path)]
        unmarked = self._fanotify.mark(paths) if self._fanotify else paths
        failed = [path for path in unmarked if not self._inotify.watch(path, _USE)]
        for path in before.keys() - nodes.keys():
            self._inotify.forget(path)
        self._nodes = nodes
        # Nodes that may not be read: their folder reports openings, those of all nodes in it.
        known = {path for path in failed if os.path.dirname(path) == self._dev}
        folder = _CHANGES | _USE if known else _CHANGES
        self._inotify.watch(self._dev, folder)
        self._plain = {**dict.fromkeys(set(unmarked) - set(failed), _USE), self._dev: folder}
        return [path for path in failed if path not in known]

    def listen(self, path: str) -> None:
        """Watches this file besides, from the next `arm` on."""
        self._asked = (path,)

    def take(self) -> Seen:
        """All that was read since the last call."""
        with self._lock:
            unread, self._unread = self._unread, []
            repeats, self._repeats = tuple(self._repeats.values()), {}
        return Seen(
            (*(sighting for seen in unread for sighting in seen.sightings), *repeats),
            changed=any(seen.changed for seen in unread),
            lost=any(seen.lost for seen in unread),
            moved=tuple(sorted({camera for seen in unread for camera in seen.moved})),
            asked=any(seen.asked for seen in unread),
        )

    def opened(self, camera: str) -> float:
        """When an opening of it was last seen."""
        return self._opened.get(camera, float("-inf"))

    def add(self, seen: Seen) -> None:
        """Something that was seen in another way."""
        self._keep(seen)

    def refresh(self) -> None:
        """From now on the present numbers of open files are the usual ones."""
        if self._new_holders:
            self._new_holders.refresh()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def close(self) -> None:
        os.eventfd_write(self._end, 1)
        self._thread.join()
        self._inotify.close()
        if self._fanotify:
            self._fanotify.close()
        os.close(self.bell)
        os.close(self._end)

    def _follow(self) -> None:
        poll = select.poll()
        poll.register(self._end, select.POLLIN)
        poll.register(self._inotify.fd, select.POLLIN)
        if self._fanotify:
            poll.register(self._fanotify.fd, select.POLLIN)
        while self._end not in [descriptor for descriptor, _ in poll.poll(self._pause())]:
            now = time.monotonic()
            if not self._reads.take(now):
                self._storm = now + _STORM
                time.sleep(self._batch)  # the first events are read at once, a storm in batches
            self._keep(self._read())

    def _pause(self) -> float | None:
        """Milliseconds until there is something to do though nothing happens; None: nothing."""
        due = [self._muted] if self._muted is not None else []
        due += [self._rung + _REPEAT] if self._repeats else []
        return max(0.0, min(due) - time.monotonic()) * 1000 + 1 if due else None

    def _keep(self, seen: Seen) -> None:
        now = time.monotonic()
        with self._lock:
            seen = self._without_repeats(seen, now)
            waiting = sum(len(one.sightings) for one in self._unread)
            if waiting + len(seen.sightings) > _UNREAD:
                seen = seen._replace(sightings=(), lost=True)
            if seen != Seen():
                self._unread.append(seen)
            elif not self._repeats or now < self._rung + _REPEAT:
                return
        self._rung = now
        os.eventfd_write(self.bell, 1)

    def _without_repeats(self, seen: Seen, now: float) -> Seen:
        """What is new. In a storm, the rest is put together until somebody asks."""
        if now >= self._storm or len(self._reported) >= _REMEMBERED:
            self._reported.clear()
        new = []
        for one in seen.sightings:
            key = one.node, one.process.id if one.process else None, one.suspects
            if now < self._storm and key in self._reported:
                before = self._repeats.get(key, one)
                self._repeats[key] = one._replace(
                    opened=one.opened or before.opened, closed=one.closed or before.closed
                )
            else:
                self._reported.add(key)
                new.append(one)
        return seen._replace(sightings=tuple(new))

    def _read(self) -> Seen:
        lost = changed = asked = False
        at = elapsed()
        sightings: list[Sighting] = []
        for event in self._fanotify.read() if self._fanotify else ():
            lost |= bool(event.mask & fanotify.OVERFLOW)
            asked |= bool(self._fanotify and self._fanotify.path(event) in self._asked)
            sightings += self._traced(event)
        use: dict[str, int] = {}
        uses = 0
        for plain in self._inotify.read():
            lost |= bool(plain.mask & fanotify.OVERFLOW)
            path = f"{plain.path}/{plain.name}" if plain.name else plain.path or ""
            if plain.mask & _CHANGES and plain.name.startswith(_NAMES):
                changed = True
            elif plain.mask & _USE and path in self._nodes:
                use[path] = use.get(path, 0) | plain.mask
                uses += 1
            asked |= path in self._asked
        self._temper(use, uses)
        for path, mask in use.items():
            sightings += self._untraced(path, mask)
        now = time.monotonic()
        self._opened.update((one.camera, now) for one in sightings if one.opened)
        dated = tuple(one._replace(read=at) for one in sightings)
        return Seen(dated, changed, lost, asked=asked)

    def _temper(self, use: dict[str, int], uses: int) -> None:
        """In a storm, openings alone are watched: the kernel keeps all of them as one event.

        When closings are reported again, one is assumed for each node, because there was no word of
        them: it makes the monitor ask who still holds the camera.
        """
        self._batch = _BATCH
        if self._muted is None and uses > _LOUD:
            self._muted = time.monotonic() + _MUTE
            for path, mask in self._plain.items():
                self._inotify.watch(path, mask & ~fanotify.CLOSED)
        elif self._muted is not None and time.monotonic() >= self._muted:
            self._muted, self._batch = None, _SAMPLE
            for path, mask in self._plain.items():
                self._inotify.watch(path, mask)
            for path in self._nodes:
                use[path] = use.get(path, 0) | fanotify.CLOSED

    def _traced(self, event: fanotify.Event) -> Iterator[Sighting]:
        """An event that names its process. The process is described while it lives."""
        assert self._fanotify
        try:
            target = self._nodes.get(self._fanotify.path(event) or "")
            if target is None or event.pid == os.getpid():
                return
            process = self._describe(event.pid, event.pidfd)
        finally:
            if event.pidfd is not None:
                os.close(event.pidfd)
        opened, closed = bool(event.mask & fanotify.OPENED), bool(event.mask & fanotify.CLOSED)
        yield Sighting(target.camera, target.path, opened, closed, process)

    def _describe(self, pid: int, pidfd: int | None) -> Process | None:
        """Who this is; only its number when it has ended. None: the kernel does not say."""
        if pid <= 0:
            return None
        gone = Process(pid, None, "?", unknown=("cmdline", "exe", "name", "started", "user"))
        task = self._table.read_task(pid) if pidfd is not None else None
        if task is None or pidfd is None:
            return gone
        identity = ProcessId(pid, self._table.started(task))
        process = self._known.get(identity)
        if process is None:
            process = self._story(pid)
            if process is None or process.started != identity.started:
                return gone
            if not _is_there(pidfd):
                return process if process.exe else gone
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[identity] = process
        return process

    def _untraced(self, path: str, mask: int) -> list[Sighting]:
        """An event without a process, once for each process that it can have come from."""
        target = self._nodes[path]
        opened, closed = bool(mask & fanotify.OPENED), bool(mask & fanotify.CLOSED)
        sighting = Sighting(target.camera, path, opened, closed)
        if self._new_holders is None:
            return [sighting]
        if closed:
            self._new_holders.closed(self._targets)
        if not opened:
            return [sighting]
        now = time.monotonic()
        at, people = self._found.get(target.camera, (0.0, []))
        suspects: tuple[str, ...] = ()
        if self._may_search(now):
            found = self._new_holders.find(
                self._targets, reopened=closed or self._muted is not None
            )
            people = [process for process, camera in found.holders if camera == target.camera]
            suspects = found.suspects
            if people:
                self._found[target.camera] = now, people
        elif now - at > _SAME:
            people = []
        named = [sighting._replace(process=process) for process in people]
        return named or [sighting._replace(suspects=suspects)]

    def _may_search(self, now: float) -> bool:
        if self._muted is not None and now < self._searched + _SEARCHED:
            return False
        if not self._searches.take(now):
            return False
        self._searched = now
        return True


def _fanotify() -> fanotify.Fanotify | None:
    """None without the kernel's support or the privilege: then inotify is used."""
    if not is_root():
        return None  # without CAP_SYS_ADMIN the kernel names no foreign process
    try:
        return fanotify.Fanotify()
    except OSError:
        return None


def _is_there(pidfd: int) -> bool:
    """Whether the pinned process still has its number, so that what /proc said was about it."""
    try:
        signal.pidfd_send_signal(pidfd, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
