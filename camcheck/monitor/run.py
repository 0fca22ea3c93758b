"""One run of the monitor, from the lock to a clean end."""

import os
import signal
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from camcheck import __version__
from camcheck.collect import open_watch, presence
from camcheck.collect.watch import Watch
from camcheck.history.heartbeat import Beat, Heartbeat
from camcheck.history.store import History
from camcheck.model import Snapshot
from camcheck.monitor.clock import Clock, Instant
from camcheck.monitor.lock import Lock
from camcheck.monitor.loop import Eyes, Listener, Monitor
from camcheck.monitor.watchdog import tell_systemd
from camcheck.privilege import is_root
from camcheck.scan import Asked, judge, observe

_PUBLISH = (
    60.0  # seconds after which the state for `status` is written anew although nothing happened
)
_BEAT = 0.9  # seconds between two signs of life


def own_eyes(selftest_record: str | None = None) -> Eyes:
    """The eyes on this machine's own cameras; ``selftest_record`` is as in `Asked`."""

    def look() -> Snapshot:
        """The facts of this moment, and whether anybody is at the machine."""
        return observe(Asked(selftest_record=selftest_record))._replace(presence=presence())

    return Eyes(open_watch(), look, judge, Clock())


def run(
    folder: str,
    eyes: Eyes,
    listeners: Callable[[History], Iterable[Listener]],
    *,
    ready: Callable[[Watch], None],
) -> None:
    """Watches until it is asked to end (SIGTERM, SIGINT, a closed terminal).

    ``ready`` is called once everything is watched. Raises MonitorError, HistoryError.
    """
    with Lock(folder) as lock:
        history = History(folder)
        history.take_beat()
        watch = eyes.watch
        pulse = _Pulse(Heartbeat(folder), watch)
        stop = _Stop(watch)
        monitor = Monitor(eyes, history, listeners(history))
        try:
            monitor.start()
            tell_systemd("READY=1")
            pulse.tick(monitor, eyes.clock.now())
            ready(watch)
            status = _Status(lock, monitor, started=datetime.now(UTC))
            while not stop.asked:
                status.tick(eyes.clock.now())
                pulse.tick(monitor, eyes.clock.now())
                monitor.step()
        finally:
            tell_systemd("STOPPING=1")
            monitor.stop()
            pulse.tick(monitor, eyes.clock.now())
            watch.close()
            history.close()
            pulse.close()


class _Stop:
    """A signal ends the wait, then the loop."""

    def __init__(self, watch: Watch) -> None:
        self.asked = False
        self._watch = watch
        for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True
        self._watch.wake()


class _Pulse:
    """Signs of life, about once a second: for whoever looks whether the monitor looks."""

    def __init__(self, heartbeat: Heartbeat, watch: Watch) -> None:
        self._heartbeat = heartbeat
        self._hears = watch.listen(heartbeat.ask)
        self._told: tuple[float, int] = float("-inf"), -1
        now = Clock().now()  # the first look can take long, and whoever asks takes us for dead
        heartbeat.beat(Beat(os.getpid(), now.wall, now.wall, now.elapsed))

    def tick(self, monitor: Monitor, now: Instant) -> None:
        at, heard = self._told
        if now.elapsed - at < _BEAT and heard == monitor.heard:
            return
        self._told = now.elapsed, monitor.heard
        heard_now = monitor.heard if self._hears else None
        beat = Beat(os.getpid(), monitor.since, now.wall, now.elapsed, heard_now)
        self._heartbeat.beat(beat)
        tell_systemd("WATCHDOG=1")

    def close(self) -> None:
        self._heartbeat.close()


class _Status:
    """What ``camcheck monitor status`` shows, published when it changes and once a minute."""

    def __init__(self, lock: Lock, monitor: Monitor, *, started: datetime) -> None:
        self._lock, self._monitor = lock, monitor
        self._started = started
        self._at = float("-inf")
        self._last: dict[str, Any] = {}

    def tick(self, now: Instant) -> None:
        state = self._monitor.state()
        if state == self._last and now.elapsed - self._at < _PUBLISH:
            return
        self._last, self._at = state, now.elapsed
        self._lock.publish(
            {
                "version": __version__,
                "started": self._started.isoformat(),
                "alive": now.wall.isoformat(),
                "root": is_root(),
                **state,
            }
        )
