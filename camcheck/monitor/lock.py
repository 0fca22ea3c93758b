"""The one monitor of a folder: a lock, and what it publishes of itself for ``status``."""

import json
import os
import tempfile
from types import TracebackType
from typing import Any

from camcheck.errors import MonitorError

_LOCK, _STATE = "monitor.lock", "monitor.json"


class Lock:
    """A lock on the folder; the system ends it with the process, however that ends."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._file = -1

    def __enter__(self) -> "Lock":
        """Raises MonitorError when another monitor has it."""
        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        path = os.path.join(self._folder, _LOCK)
        try:
            self._file = os.open(path, flags, 0o600)
            _take(self._file)
        except BlockingIOError:
            os.close(self._file)
            raise MonitorError(
                "A monitor is running already; camcheck monitor status tells more."
            ) from None
        except OSError as error:
            raise MonitorError(f"{path} cannot be used: {error.strerror}.") from error
        return self

    def publish(self, state: dict[str, Any]) -> None:
        """Writes what ``status`` shows of this monitor, whole or not at all."""
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".state")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"pid": os.getpid(), **state}, file)
            os.replace(temporary, os.path.join(self._folder, _STATE))
        except OSError:
            os.unlink(temporary)  # the disk is full: the monitor goes on without

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        state = os.path.join(self._folder, _STATE)
        if os.path.exists(state):
            os.unlink(state)
        os.close(self._file)


def is_running(folder: str) -> bool:
    """Whether a monitor has this folder now."""
    try:
        descriptor = os.open(os.path.join(folder, _LOCK), os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise MonitorError(f"{folder} cannot be looked into: {error.strerror}.") from error
    try:
        _take(descriptor)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def published(folder: str) -> dict[str, Any]:
    """What the running monitor has published of itself; empty when there is nothing."""
    try:
        with open(os.path.join(folder, _STATE), encoding="utf-8") as file:
            state = json.load(file)
    except (FileNotFoundError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _take(descriptor: int) -> None:
    """Locks without waiting. Raises BlockingIOError when somebody else has it."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError as error:
            raise BlockingIOError(error.errno, "locked") from error
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[attr-defined,unused-ignore]
