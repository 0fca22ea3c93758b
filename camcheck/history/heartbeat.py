"""The monitor's last sign of life, in a small file: written at each pulse, kept when it is killed.

The history itself notes seldom until when was watched, because each note waits for the disk. This
one is overwritten in place and left to the system to write; only a machine that stops loses it.
"""

import json
import os
from datetime import UTC, datetime

from camcheck.fact import NamedTuple

PULSE, ASK = "monitor.pulse", "monitor.ask"
_SIZE = 256  # bytes, always: an older and longer text leaves no end behind


class Beat(NamedTuple):
    """The monitor ``pid`` has watched from ``began`` until ``at`` (``elapsed`` by its clock of the
    time that passes). ``heard`` counts how often it heard that `ASK` was opened; None: it cannot.
    """

    pid: int
    began: datetime
    at: datetime
    elapsed: float
    heard: int | None = None


class Heartbeat:
    """The file of one monitor."""

    def __init__(self, folder: str) -> None:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        self._file = os.open(os.path.join(folder, PULSE), flags, 0o600)
        os.close(os.open(os.path.join(folder, ASK), flags, 0o600))
        self.ask = os.path.join(folder, ASK)

    def beat(self, beat: Beat) -> None:
        """Takes the place of the sign before."""
        values = beat._replace(began=beat.began.timestamp(), at=beat.at.timestamp())  # type: ignore[arg-type]
        os.lseek(self._file, 0, os.SEEK_SET)
        try:
            os.write(self._file, json.dumps(values).encode().ljust(_SIZE))
        except OSError:
            return  # the disk is full: what was watched is noted in the history, later

    def close(self) -> None:
        os.close(self._file)


def last_beat(folder: str) -> Beat | None:
    """The last sign of life of a folder's monitor; None when there was none, or it is no such."""
    try:
        with open(os.path.join(folder, PULSE), "rb") as file:
            pid, began, at, elapsed, heard = json.loads(file.read(_SIZE))
        return Beat(
            int(pid),
            datetime.fromtimestamp(began, UTC),
            datetime.fromtimestamp(at, UTC),
            float(elapsed),
            None if heard is None else int(heard),
        )
    except (OSError, ValueError, TypeError, OverflowError):
        return None
