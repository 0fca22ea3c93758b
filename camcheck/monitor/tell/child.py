"""Programs that the monitor starts: bounded in number and time, and never waited for."""

import os
import subprocess
import tempfile
from collections.abc import Callable

from camcheck.fact import NamedTuple

_AT_ONCE = 4
_WAITING = 50


class Job(NamedTuple):
    """A program to run. ``done`` gets its exit status; None when it could not run or hung."""

    arguments: tuple[str, ...]
    standard_input: str
    done: Callable[[int | None], None]
    patience: float = 30.0
    user: int | None = None
    group: int | None = None
    environment: dict[str, str] | None = None


class Children:
    """Runs jobs side by side, a few at a time."""

    def __init__(self) -> None:
        self._running: list[tuple[subprocess.Popen[bytes], Job, float]] = []
        self._waiting: list[Job] = []
        self.dropped = 0

    def run(self, job: Job) -> None:
        """Starts it as soon as there is room. Of too many, the oldest is dropped and counted."""
        if len(self._waiting) >= _WAITING:
            self._waiting.pop(0).done(None)
            self.dropped += 1
        self._waiting.append(job)

    @property
    def busy(self) -> bool:
        return bool(self._running or self._waiting)

    def tick(self, now: float) -> None:
        """Notes which have ended, ends those that take too long, and starts those that wait."""
        for entry in tuple(self._running):
            child, job, since = entry
            status = child.poll()
            if status is None and now - since < job.patience:
                continue
            if status is None:
                child.kill()
                child.wait()
            self._running.remove(entry)
            job.done(status)
        while self._waiting and len(self._running) < _AT_ONCE:
            self._start(self._waiting.pop(0), now)

    def _start(self, job: Job, now: float) -> None:
        rights: dict[str, object] = {}
        if job.user is not None:
            rights = {"user": job.user, "group": job.group, "extra_groups": []}
        with tempfile.TemporaryFile() as given:
            # A file, not a pipe: a program that does not read cannot make the monitor wait.
            given.write(job.standard_input.encode("utf-8", "backslashreplace"))
            given.seek(0)
            try:
                child = subprocess.Popen(  # type: ignore[call-overload] # noqa: S603 as asked
                    job.arguments,
                    stdin=given,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=job.environment,
                    cwd=os.sep,
                    start_new_session=True,
                    **rights,
                )
            except OSError:
                job.done(None)
                return
        self._running.append((child, job, now))
