"""Two times for one moment: the clock on the wall, which may jump, and the time that passed."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_JUMP = 2.0  # seconds by which the wall clock may drift before it is called a jump


class Instant(NamedTuple):
    """``wall`` is what people read, ``elapsed`` (seconds, also while asleep) is for durations."""

    wall: datetime
    elapsed: float


class Clock:
    """The clocks of the machine. ``awake`` stops while it sleeps, where there is such a clock."""

    def now(self) -> Instant:
        return Instant(datetime.now(UTC), self.elapsed())

    def elapsed(self) -> float:
        boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
        read: Callable[[int], float] | None = getattr(time, "clock_gettime", None)
        return time.monotonic() if boot is None or read is None else read(boot)

    def awake(self) -> float:
        return time.monotonic()


class Jumps:
    """Notices that the wall clock was changed, and that the machine slept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset, self._slept = self._read()

    def _read(self) -> tuple[float, float]:
        now = self._clock.now()
        return now.wall.timestamp() - now.elapsed, now.elapsed - self._clock.awake()

    def check(self) -> list[str]:
        """What happened since the last call, in sentences; most often nothing."""
        offset, slept = self._read()
        found = []
        if slept - self._slept > _JUMP:
            away = timedelta(seconds=round(slept - self._slept))
            found.append(f"The computer slept for {away} (hours:minutes:seconds).")
        if abs(offset - self._offset) > _JUMP:
            way = "forward" if offset > self._offset else "back"
            by = timedelta(seconds=round(abs(offset - self._offset)))
            found.append(f"The clock was set {way} by {by} (hours:minutes:seconds).")
        self._offset, self._slept = offset, slept
        return found
