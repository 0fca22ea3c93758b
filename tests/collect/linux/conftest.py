"""A stand-in camera on this machine: sysfs of a webcam whose node is another character device.

The device is one that can be held without effect and that nobody else holds. Everything but sysfs
is real.
"""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from camcheck.collect import linux
from camcheck.collect.linux.kernel.lists import KernelLists, Pointed
from camcheck.model import Snapshot, Via
from tests.collect.linux import holding
from tests.collect.linux.sysfs import Sysfs
from tests.stand_in_device import Device, free_device

NEEDS_ROOT = "making device nodes, mounts and other users' processes needs root"
needs_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason=NEEDS_ROOT)
NOT_POINTED = "this kernel does not point root to descriptors"


def asked(question: Callable[[KernelLists, int], Any]) -> Any:
    """What the kernel's lists answer; besides, the inode of files that hold nothing is known."""
    event = os.eventfd(0)
    try:
        with KernelLists(linux.Roots()) as lists:
            return question(lists, os.fstat(event).st_ino)
    finally:
        os.close(event)


def pointed(devices: Collection[tuple[int, int]]) -> Pointed | None:
    """What the running kernel points to for the devices."""
    return asked(lambda lists, shared: lists.open_files(devices, shared))


class StandIn(Sysfs):
    """A webcam, programs that hold it, and scans."""

    def __init__(self, root: Path, device: Device) -> None:
        super().__init__(root)
        self.number, self.device = device.pair, device.text
        # A ring tells its files by name: those of another run of these tests have another one.
        self.name = f"video{os.getpid()}"
        self.node = self.make_node(f"dev/{self.name}")
        self.running: list[subprocess.Popen[bytes]] = []
        self.ordinary: list[subprocess.Popen[bytes]] = []
        path = self.usb_path = self.usb(power="active")
        control = self.interface(path, 0, driver="uvcvideo")
        self.video(control, self.name, self.device)
        self.driver_counts("uvcvideo", 0)

    def make_node(self, name: str) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(*self.number))
        path.chmod(0o666)
        return str(path)

    def start(self, how: str, node: str | None = None, *, user: int | None = None) -> int:
        """Starts a program that holds the node, and waits until it does. Returns its pid."""
        user_of = [str(user)] if user else []
        command = [sys.executable, "-S", holding.__file__, how, node or self.node, *user_of]
        return self.start_command(command)

    def start_command(self, command: list[str]) -> int:
        """Starts a command that says READY and ends with its input. Returns its pid."""
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={})
        self.running.append(program)
        assert program.stdout
        said = program.stdout.readline()
        if said == b"UNSUPPORTED\n":
            pytest.skip("the kernel refuses what this holder needs")
        assert said == b"READY\n", command
        return program.pid

    def start_ordinary(self) -> None:
        """An installed program that holds the node, and is no script."""
        with open(self.node) as camera:
            self.ordinary.append(
                subprocess.Popen(["/usr/bin/tail", "-f", "/dev/null"], stdin=camera)
            )

    def scan(self, **roots: str) -> Snapshot:
        return linux.collect(self.roots(**roots))

    def ways(self, pid: int) -> list[Via]:
        return [holder.via for holder in self.scan().holders if holder.pid == pid]

    def end(self) -> None:
        """Ends them all: what a program left in others ends when it can read no more."""
        for program in [*self.running, *self.ordinary]:
            for pipe in filter(None, (program.stdin, program.stdout)):
                pipe.close()
            program.kill()
            program.wait()


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    if os.geteuid() != 0:
        pytest.skip(NEEDS_ROOT)
    with free_device() as device, tempfile.TemporaryDirectory(prefix="camcheck-test-") as folder:
        os.chmod(folder, 0o755)  # other users scan, too
        made = StandIn(Path(folder), device)
        try:
            yield made
        finally:
            made.end()
