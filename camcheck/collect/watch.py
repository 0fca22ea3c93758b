"""What a watch on the cameras reports, and watches for systems without events of openings."""

import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Protocol

from camcheck.fact import NamedTuple
from camcheck.model import Camera, Fact, Gap, Process, Reason


class Sighting(NamedTuple):
    """Something happened to a camera. It is a trigger to look, never a count.

    ``process`` is who did it, where the system says so. ``opened`` and ``closed`` can both be true:
    then their order is not known. ``suspects`` are processes of other users that may have done it.
    ``read`` is when the system told it (`elapsed`), where to find out who it was may take a while.
    """

    camera: str
    node: str
    opened: bool = False
    closed: bool = False
    process: Process | None = None
    suspects: tuple[str, ...] = ()
    read: float | None = None


def elapsed() -> float:
    """Seconds since some moment, for durations: they pass while the machine sleeps, too."""
    # CLOCK_MONOTONIC goes on in a Mac's sleep (clock_gettime(3) there), time.monotonic() does
    # not; on Linux it is CLOCK_BOOTTIME that does.
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        if hasattr(time, name) and hasattr(time, "clock_gettime"):
            return float(time.clock_gettime(getattr(time, name)))
    return time.monotonic()


class Seen(NamedTuple):
    """All that one wait brought. ``changed``: cameras came, went or changed; ``lost``: events;
    ``moved``: cameras that woke or sent data, which need not be anybody's opening; ``asked``: the
    file that `Watch.listen` names was opened."""

    sightings: tuple[Sighting, ...] = ()
    changed: bool = False
    lost: bool = False
    moved: tuple[str, ...] = ()
    asked: bool = False


class Counted(NamedTuple):
    """Counters of a camera's device: transfers, and milliseconds for which it was not asleep."""

    transfers: int | None
    awake_ms: int | None


class Watch(Protocol):
    """A watch on the cameras of this machine. It opens no camera.

    ``way`` names the source, ``limits`` are sentences about what it cannot see. ``every`` is how
    often, in seconds, a full look is needed because nothing else would show it.
    """

    way: str
    limits: tuple[str, ...]
    every: float

    def arm(self, cameras: tuple[Camera, ...]) -> None:
        """Watches these cameras from now on, and no others. Arm first, then look."""
        ...

    def listen(self, path: str) -> bool:
        """Watches a file besides, in the same way as cameras: whoever opens it sees whether the
        watch hears anything. False where it cannot. Call it before `arm`."""
        ...

    def wait(self, timeout: float) -> Seen:
        """What happened, at the latest after ``timeout`` seconds. Raises MonitorError when the
        watch has broken down and sees nothing any more."""
        ...

    def wake(self) -> None:
        """Ends a wait at once; may be called by a signal's handler."""
        ...

    def stirred(self) -> bool:
        """Whether the drivers' own witnesses changed since the last call: a reason to look."""
        ...

    def counted(self) -> dict[str, Counted]:
        """The counters of cameras as `arm` or `stirred` read them last; only those that count."""
        ...

    def holding(self, camera: str, pids: frozenset[int]) -> frozenset[int] | None:
        """Which of these processes hold the camera now; None where it takes a full look."""
        ...

    def close(self) -> None: ...


class PollingWatch:
    """A watch that only looks from time to time, for systems without a source of events."""

    way = "looking every few seconds"
    limits: tuple[str, ...] = (
        "This system gives camcheck no events, so it looks every few seconds; a use that is "
        "shorter than that can be missed.",
    )
    every = 5.0

    def __init__(self) -> None:
        self._woken = threading.Event()

    def arm(self, cameras: tuple[Camera, ...]) -> None:
        """Nothing to prepare."""

    def listen(self, path: str) -> bool:
        return False

    def wait(self, timeout: float) -> Seen:
        self._woken.wait(max(0.0, timeout))
        self._woken.clear()
        return Seen()

    def wake(self) -> None:
        self._woken.set()

    def stirred(self) -> bool:
        return False

    def counted(self) -> dict[str, Counted]:
        return {}

    def holding(self, camera: str, pids: frozenset[int]) -> frozenset[int] | None:
        return None

    def close(self) -> None:
        """Nothing to give back."""


class NoticeSource(Protocol):
    """Asks the system for notices of changes, until its ``with`` ends; gives what has none.

    ``on_change`` and ``on_loss`` (a source that has stopped) are called on any thread.
    Entering it raises OSError where nothing at all can be watched.
    """

    def __call__(
        self, on_change: Callable[[], None], *, on_loss: Callable[[Gap], None]
    ) -> AbstractContextManager[tuple[Gap, ...]]: ...


class NoticeWatch(PollingWatch):
    """A watch that gets notices of changes; now and then it looks for what gives no notice.

    ``extent`` names what there is to watch: when that changes, watching begins anew. What cannot
    be watched stands in ``limits``; without notices of cameras that start, it is a `PollingWatch`.
    """

    limits: tuple[str, ...] = ()
    _own_limit = (
        "A use that is over before camcheck has looked (about a second) is not seen as one; "
        "camcheck history shows it where the system remembers it."
    )

    def __init__(
        self, way: str, watching: NoticeSource, *, extent: Callable[[], object] = lambda: None
    ) -> None:
        super().__init__()
        self.way = way
        self._source = way
        self._watching, self._extent = watching, extent
        self._noticed = threading.Event()
        self._lost: deque[Gap] = deque()
        self._gaps: tuple[Gap, ...] = ()
        self._known: object = None
        self._open: ExitStack | None = None
        self._began, self._again = 0.0, float("inf")

    def arm(self, cameras: tuple[Camera, ...]) -> None:
        """Notices name no camera: what is watched is the same for all."""
        if self._open is None:
            self._begin()

    def _begin(self) -> None:
        self.close()
        self._began, self._again = time.monotonic(), float("inf")
        # Asked first: what comes while watching begins is a change of it.
        self._known = self._extent()
        self._open = ExitStack()
        try:
            gaps = self._open.enter_context(self._watching(self._notice, on_loss=self._lose))
        except OSError as error:
            detail = f"The system does not tell of changes: {error.strerror or error}."
            gaps = (Gap(Fact.CAPTURE, self._source, Reason.FAILED, detail),)
            self._again = self._began + _RETRY_LATE
        self._know(gaps)

    def _know(self, gaps: tuple[Gap, ...]) -> None:
        """What these gaps mean for how often it must look, and what is to be said of it."""
        self._gaps = gaps
        blind = any(gap.fact is Fact.CAPTURE for gap in gaps)
        self.every = PollingWatch.every if blind else _SELDOM
        self.way = f"{self._source}, and {PollingWatch.way}" if blind else self._source
        own = PollingWatch.limits if blind else (self._own_limit,)
        self.limits = (*own, *(f"{gap.subject}: {gap.detail}" for gap in gaps))

    def _notice(self) -> None:
        self._noticed.set()
        self._woken.set()

    def _lose(self, gap: Gap) -> None:
        self._lost.append(gap)
        self._woken.set()

    def wait(self, timeout: float) -> Seen:
        super().wait(timeout)
        changed = self._noticed.is_set()
        if changed:
            self._noticed.clear()
        return Seen(changed=changed, lost=self._has_lost())

    def _has_lost(self) -> bool:
        """Whether a source of notices has stopped, after it had worked."""
        gaps = [self._lost.popleft() for _ in range(len(self._lost))]
        if not gaps:
            return False
        now = time.monotonic()
        worked = now - self._began > _PROBATION
        self._again = now + (_RETRY if worked else _RETRY_LATE)
        self._know((*self._gaps, *gaps))
        return worked

    def stirred(self) -> bool:
        """Begins anew where that is due; what happened in between is then looked at."""
        if self._open is None:
            return False
        if self._extent() == self._known and time.monotonic() < self._again:
            return False
        self._begin()
        return True

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
        self._lost.clear()


_SELDOM = 60.0  # seconds between looks that nothing asked for: cameras that come, crashes
_PROBATION = 10.0  # seconds; a source that stops earlier never worked
_RETRY = 60.0  # seconds until a source that stopped is tried again
_RETRY_LATE = 3600.0  # the same for one that never worked
