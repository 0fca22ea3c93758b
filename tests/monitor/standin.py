"""A camera that is none: a character device of the kernel, described as a camera.

Its openings are as real as a camera's for fanotify, inotify and /proc. It lies on a tmpfs, because
the kernel gives no file handles for nodes on overlay file systems.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from camcheck.collect.linux import Roots
from tests.stand_in_device import Device, free_device

CAMERA = "platform:platform/standin"


class StandIn:
    """The stand-in camera in a folder: ``node`` is opened by programs, ``roots`` by camcheck."""

    def __init__(self, folder: Path, stands: Device) -> None:
        self.folder, self.device, self._number = folder, stands.number, stands.text
        self.dev, self.sys = folder / "dev", folder / "sys"
        self.dev.mkdir()
        (self.sys / "class/video4linux").mkdir(parents=True)
        self.node = self.dev / "video0"
        self.roots = Roots(sys=str(self.sys), dev=str(self.dev), run=str(folder / "run"))
        self.plug()

    def plug(self, *, number: int = 0) -> None:
        """The camera comes, under this number."""
        self.node = self.dev / f"video{number}"
        device = self.sys / f"devices/platform/standin/video4linux/video{number}"
        device.mkdir(parents=True)
        (device / "dev").write_text(f"{self._number}\n")
        (device / "name").write_text("Stand-in camera\n")
        (device / "index").write_text("0\n")
        driver = self.sys / "bus/platform/drivers/standin"
        driver.mkdir(parents=True, exist_ok=True)
        link = self.sys / "devices/platform/standin/driver"
        if not link.is_symlink():
            link.symlink_to(driver)
        (self.sys / f"class/video4linux/video{number}").symlink_to(device)
        os.mknod(self.node, stat.S_IFCHR | 0o666, self.device)
        self.node.chmod(0o666)

    def unplug(self) -> None:
        """The camera goes."""
        (self.sys / f"class/video4linux/{self.node.name}").unlink()
        shutil.rmtree(self.sys / f"devices/platform/standin/video4linux/{self.node.name}")
        self.node.unlink()


@contextmanager
def standin() -> Iterator[StandIn]:
    """A stand-in camera. Raises PermissionError where device nodes may not be made."""
    folder = Path(tempfile.mkdtemp(prefix="camcheck-", dir="/dev/shm"))
    try:
        folder.chmod(0o755)
        with free_device() as device:
            yield StandIn(folder, device)
    finally:
        shutil.rmtree(folder)
