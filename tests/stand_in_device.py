"""The character device that stands for a camera in tests: one that nobody holds at this moment.

What stands for a camera has to be held by nobody but the test, or the answers are about somebody
else: a program with a FUSE mount, a virtual machine, another run of these tests.
"""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

CLAIM = "camcheck-tests"  # the beginning of the name by which all runs know of a claim
# To open one of these has no effect, and hardly anybody holds them for long. Those that tests of
# another run open on their own account come last: test_silent_mount fuse, test_commands full.
PATHS = ("autofs", "btrfs-control", "loop-control", "net/tun", "full", "fuse")


class Device(NamedTuple):
    """A device by its node in /dev and its number."""

    path: str
    number: int

    @property
    def pair(self) -> tuple[int, int]:
        """Major and minor number."""
        return os.major(self.number), os.minor(self.number)

    @property
    def text(self) -> str:
        """The number as sysfs writes it."""
        return f"{self.pair[0]}:{self.pair[1]}"


@contextmanager
def free_device(paths: tuple[str, ...] = PATHS) -> Iterator[Device]:
    """A device that nobody holds, and that no other run of these tests takes meanwhile.

    Raises RuntimeError, with what is wrong with each, when there is none.
    """
    reasons = []
    for path in (f"/dev/{name}" for name in paths):
        with socket.socket(socket.AF_UNIX) as claim:
            try:
                device = Device(path, os.stat(path).st_rdev)
                # Before it is opened: to whoever claims it, that would be a holder of a camera.
                if not _is_claimed(claim, device):
                    reasons.append(f"{path}: another test uses it")
                    continue
                os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
            except OSError as error:
                reasons.append(f"{path}: {error.strerror}")
                continue
            holder = _holder(device.number)
            if holder is None:
                yield device
                return
            reasons.append(f"{path}: process {holder} holds it")
    raise RuntimeError(f"no device is free to stand for a camera ({'; '.join(reasons)})")


def _is_claimed(claim: socket.socket, device: Device) -> bool:
    """Whether it is ours now, until the socket is closed or the run ends."""
    try:
        claim.bind(f"\0{CLAIM}-{device.text}")
    except OSError:
        return False
    return True


def _holder(number: int) -> int | None:
    """A process that has the device open, as far as it can be seen."""
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        folder = f"/proc/{pid}/fd"
        try:
            descriptors = os.listdir(folder)
        except OSError:
            continue  # it has ended, or is somebody else's
        for name in descriptors:
            try:
                entry = os.stat(f"{folder}/{name}")
            except OSError:
                continue
            if entry.st_rdev == number and stat.S_ISCHR(entry.st_mode):
                return int(pid)
    return None
