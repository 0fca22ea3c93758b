"""Whether a monitor that is installed as a service watches, asked from outside.

It is asked by a harmless event: the scan opens a file that the monitor watches in the same way as
the cameras, and looks whether the monitor has heard that.
"""

import os
import time
from collections.abc import Callable
from datetime import datetime

from camcheck.collect import system
from camcheck.history.heartbeat import ASK, Beat, last_beat
from camcheck.model import MonitorHealth, MonitorState
from camcheck.monitor.clock import Clock
from camcheck.monitor.lock import is_running
from camcheck.monitor.service import Plan, is_enabled

_SILENT = 15.0  # seconds without a sign of life; one comes every two
_PATIENCE = 2.0  # seconds in which a monitor must have heard; in a storm it reads in batches
_STOPPED = ("T", "t")  # proc_pid_stat(5): stopped by a signal, or by a debugger


class Asking:
    """One monitor, asked when this is made; `state` is for later, when it had time to answer."""

    def __init__(self, folder: str, plan: Plan) -> None:
        self._folder, self._plan = folder, plan
        self._service = plan.path
        self._before = last_beat(folder)
        self._until = time.monotonic() + _PATIENCE
        try:
            os.close(os.open(os.path.join(folder, ASK), os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)))
        except OSError:
            self._before = None  # it never ran, or its folder is gone

    def state(self) -> MonitorState:
        """What became of it."""
        beat = self._before
        if is_replaced(self._plan):
            return self._as(MonitorHealth.REPLACED, beat)
        health = self.health()
        if health in (MonitorHealth.WATCHING, MonitorHealth.DEAD) and not is_enabled(self._plan):
            health = MonitorHealth.DISABLED
        return self._as(health, beat)

    def health(self) -> MonitorHealth:
        """The same of any monitor of the folder, installed or in a terminal."""
        beat = self._before
        if not is_running(self._folder):
            return MonitorHealth.DEAD
        if beat is None or not self._is_monitor(beat.pid):
            return MonitorHealth.REPLACED
        if self._is_stopped(beat):
            return MonitorHealth.STOPPED
        deaf = beat.heard is not None and not self._has_heard(beat.heard)
        return MonitorHealth.DEAF if deaf else MonitorHealth.WATCHING

    def _as(self, health: MonitorHealth, beat: Beat | None) -> MonitorState:
        seen: datetime | None = beat.at if beat else None
        return MonitorState(self._service, health, beat.pid if beat else None, seen)

    def _is_monitor(self, pid: int) -> bool:
        """Whether the process that gives the signs of life is one of camcheck's monitor."""
        if system() != "linux":  # elsewhere anybody can have made a folder of that name
            return True
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read(1 << 16).split(b"\0")
        except OSError:
            return False
        return b"monitor" in words and any(b"camcheck" in word for word in words)

    def _is_stopped(self, beat: Beat) -> bool:
        is_held = system() == "linux" and process_state(beat.pid) in _STOPPED
        return is_held or is_silent(beat)

    def _has_heard(self, before: int) -> bool:
        while True:
            beat = last_beat(self._folder)
            if beat and beat.heard is not None and beat.heard > before:
                return True
            if time.monotonic() > self._until:
                return False
            time.sleep(0.02)


def ask(folder: str, plan: Plan) -> Callable[[], tuple[MonitorState, ...]]:
    """Asks the monitor of a folder, whose service is installed; the answer is for later."""
    asking = Asking(folder, plan)
    return lambda: (asking.state(),)


def is_silent(beat: Beat) -> bool:
    """Whether the last sign of life is too old for a monitor that watches."""
    return not 0 <= Clock().elapsed() - beat.elapsed < _SILENT


def process_state(pid: int) -> str | None:
    """The state of a process as proc_pid_stat(5) names it; None when there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read(4096).rpartition(b") ")[2][:1].decode() or None
    except OSError:
        return None


def is_replaced(plan: Plan) -> bool:
    """Whether the service's file starts something else, or another file changes what it starts."""
    path, written = plan.path, plan.files[0][0]
    if os.path.islink(path):
        return os.path.realpath(path) != os.devnull  # masked: that is disabled
    try:
        with open(path, "rb") as file:
            text = file.read(1 << 16).replace(b"\0", b"")
    except OSError:
        return False
    ours = b"camcheck" in text and b"monitor" in text
    return not ours or any(map(os.path.isdir, (f"{written}.d", f"{written}.control")))
