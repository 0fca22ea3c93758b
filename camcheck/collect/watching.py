"""What a watch on the cameras tells, on any system, and the watch where nothing better is known."""

import threading
from typing import NamedTuple, Protocol

from camcheck.model import Camera, Process


class Sighting(NamedTuple):
    """Something happened to a camera. It is a trigger to look, never a count.

    ``process`` is who did it, where the system says so. ``opened`` and ``closed`` can both be true:
    then their order is not known. ``suspects`` are processes of other users that may have done it.
    """

    camera: str
    node: str
    opened: bool = False
    closed: bool = False
    process: Process | None = None
    suspects: tuple[str, ...] = ()


class Seen(NamedTuple):
    """All that one wait brought. ``changed``: cameras came, went or changed; ``lost``: events;
    ``moved``: cameras that woke or sent data, which need not be anybody's opening."""

    sightings: tuple[Sighting, ...] = ()
    changed: bool = False
    lost: bool = False
    moved: tuple[str, ...] = ()


class Watch(Protocol):
    """Eyes on the cameras of this machine. They open no camera.

    ``way`` names the source, ``limits`` are sentences about what it cannot see. ``every`` is how
    often, in seconds, a full look is needed because nothing else would tell.
    """

    way: str
    limits: tuple[str, ...]
    every: float

    def arm(self, cameras: tuple[Camera, ...]) -> None:
        """Watches these cameras from now on, and no others. Arm first, then look."""
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

    def holding(self, camera: str, pids: frozenset[int]) -> frozenset[int] | None:
        """Which of these processes hold the camera now; None where only a full look can tell."""
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

    def wait(self, timeout: float) -> Seen:
        self._woken.wait(max(0.0, timeout))
        self._woken.clear()
        return Seen()

    def wake(self) -> None:
        self._woken.set()

    def stirred(self) -> bool:
        return False

    def holding(self, camera: str, pids: frozenset[int]) -> frozenset[int] | None:
        return None

    def close(self) -> None:
        """Nothing to give back."""
