"""The character device that stands for a camera in tests: one that nobody holds at this moment.

What stands for a camera has to be held by nobody but the test, or the answers are about somebody
else: a program with a FUSE mount, a virtual machine, another run of these tests.
"""

import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NamedTuple

CLAIM = "camcheck-tests"  # the beginning of the name by which all runs know of a claim
# To open one of these has no effect, and hardly anybody holds them for long.
QUIET = ("autofs", "btrfs-control", "loop-control", "net/tun")
# Those that tests of another run open on their own account are the last choice: test_silent_mount
# and AppImages fuse, test_commands full.
PATHS = (*QUIET, "full", "fuse")
PATIENCE = 60.0  # seconds in which one of the quiet ones becomes free


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
    waits = paths == PATHS and any(os.path.exists(f"/dev/{name}") for name in QUIET)
    end = time.monotonic() + (PATIENCE if waits else 0.0)
    taken, reasons = None, []
    while not taken and time.monotonic() < end:
        taken, _ = _taken(QUIET)
        time.sleep(0 if taken else 0.05)
    if not taken:
        taken, reasons = _taken(paths)
    if not taken:
        raise RuntimeError(f"no device is free to stand for a camera ({'; '.join(reasons)})")
    device, claim = taken
    with claim:
        yield device


def _taken(paths: tuple[str, ...]) -> tuple[tuple[Device, socket.socket] | None, list[str]]:
    """The first that is free, with what claims it; or what is wrong with each."""
    reasons = []
    for path in (f"/dev/{name}" for name in paths):
        with ExitStack() as unless_free:
            claim = unless_free.enter_context(socket.socket(socket.AF_UNIX))
            try:
                device = Device(path, os.stat(path).st_rdev)
                # Before it is opened: to whoever has claimed it, that would hold a camera.
                if not _is_claimed(claim, device):
                    reasons.append(f"{path}: another test uses it")
                    continue
                os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))
            except OSError as error:
                reasons.append(f"{path}: {error.strerror}")
                continue
            holder = _holder(device.number)
            if holder is not None:
                reasons.append(f"{path}: process {holder} holds it")
                continue
            unless_free.pop_all()
            return (device, claim), []
    return None, reasons


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
