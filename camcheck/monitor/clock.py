"""Two times for one moment: the clock on the wall, which may jump, and the time that passed."""

import time
from datetime import UTC, datetime, timedelta

from camcheck.collect.watch import elapsed
from camcheck.fact import NamedTuple

_JUMP = 2.0  # seconds by which the wall clock may drift before it is called a jump


class Instant(NamedTuple):
    """``wall`` is what people read, ``elapsed`` (seconds, also while asleep) is for durations."""

    wall: datetime
    elapsed: float


class Clock:
    """The clocks of the machine. ``awake`` stops while the machine sleeps, where it can tell."""

    def now(self) -> Instant:
        return Instant(datetime.now(UTC), self.elapsed())

    def elapsed(self) -> float:
        return elapsed()

    def awake(self) -> float:
        return time.monotonic()


class Jump(NamedTuple):
    """Seconds for which the machine slept, and by which the wall clock was set (back: negative);
    0 for what did not happen."""

    slept: float = 0.0
    set_by: float = 0.0


class Jumps:
    """Notices that the wall clock was changed, and that the machine slept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset, self._slept = self._read()

    def _read(self) -> tuple[float, float]:
        now = self._clock.now()
        return now.wall.timestamp() - now.elapsed, now.elapsed - self._clock.awake()

    def check(self) -> Jump:
        """What happened since the last call; most often nothing."""
        offset, slept = self._read()
        away, by = slept - self._slept, offset - self._offset
        self._offset, self._slept = offset, slept
        return Jump(away if away > _JUMP else 0.0, by if abs(by) > _JUMP else 0.0)


class Missed(NamedTuple):
    """A time in which nobody looked: from the last sign of life to the next."""

    since: Instant
    until: Instant

    @property
    def seconds(self) -> float:
        return self.until.elapsed - self.since.elapsed


class Attendance:
    """Notices that nobody looked: the process was stopped or starved, or the machine slept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.now()

    def sign(self, *, allowed: float) -> Missed | None:
        """A sign of life. What took longer than ``allowed`` seconds since the last was missed."""
        before, self._last = self._last, self._clock.now()
        missed = Missed(before, self._last)
        return missed if missed.seconds > allowed else None


def in_words(seconds: float) -> str:
    """A length of time as hours, minutes and seconds."""
    return f"{timedelta(seconds=round(abs(seconds)))} (hours:minutes:seconds)"
