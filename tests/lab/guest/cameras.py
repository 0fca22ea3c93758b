"""Plugging emulated webcams into the guest, and asking them for the truth."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

FOLDER = Path("/run/lab")
BUS = Path("/sys/bus/usb/devices")

T = TypeVar("T")


class Webcam(NamedTuple):
    """A plugged-in webcam and its ways in. ``usb`` is its node for raw access."""

    serial: str
    sysfs: str
    video: str
    meta: str
    media: str
    usb: str

    @property
    def nodes(self) -> tuple[str, ...]:
        """All device nodes of this camera."""
        return self.video, self.meta, self.media, self.usb

    def truth(self) -> dict[str, Any]:
        """What it truly does at this moment."""
        answer: dict[str, Any] = json.loads(
            (FOLDER / f"{self.serial}.state").read_text(encoding="utf-8")
        )
        return answer

    def tell(self, command: str) -> None:
        """A command for its control pipe: `led dark`, `privacy 1`, `quit`..."""
        with open(FOLDER / f"{self.serial}.control", "w", encoding="utf-8") as pipe:
            pipe.write(command + "\n")

    def _is_quiet(self) -> bool:
        """Whether no transfer was begun for a while (urbnum counts them)."""
        transfers = Path(self.sysfs, "urbnum")
        before = _read(transfers)
        time.sleep(0.3)  # that nothing happens shows only in time
        return before == _read(transfers)

    def unplug(self) -> None:
        """Pulls it out and waits until its nodes are gone.

        Only when nothing is under way: Linux 7.2 once stood still where the answer to a transfer
        came while the port was detached (vhci_recv_ret_submit, drivers/usb/usbip/vhci_rx.c).
        """
        wait_for(self._is_quiet)
        self.tell("quit")
        wait_for(lambda: not os.path.exists(self.video) and not os.path.exists(self.sysfs))
        settle()


def plug(*options: str, serial: str = "LAB0001") -> Webcam:
    """Plugs a webcam in (options of tests.lab.webcam) and waits for its nodes.

    Its log goes to $OUT/SERIAL.log, its state and control pipe to /run/lab.
    """
    FOLDER.mkdir(exist_ok=True)
    files = ["--state", f"{FOLDER}/{serial}.state", "--control", f"{FOLDER}/{serial}.control"]
    files += ["--log", f"{os.environ['OUT']}/{serial}.log", "--serial", serial]
    command = [sys.executable, "-m", "tests.lab.webcam", *files, *options]
    with open(f"{os.environ['OUT']}/{serial}.err", "ab") as complaints:
        emulator = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=complaints,
            stderr=complaints,
            start_new_session=True,
        )
    webcam = wait_for(lambda: find(serial), unless=lambda: emulator.poll() is not None)
    settle()
    return webcam


def find(serial: str = "LAB0001") -> Webcam | None:
    """The webcam with this serial number, once it has all its nodes."""
    for device in BUS.iterdir():
        try:
            if _read(device / "serial") != serial:
                continue
            control = Path(f"{device}/{device.name}:1.0")
            order = {
                _read(node / "index"): node.name for node in (control / "video4linux").iterdir()
            }
            media = next(path.name for path in control.glob("media*") if path.name[5:].isdigit())
            numbers = int(_read(device / "busnum")), int(_read(device / "devnum"))
        except (FileNotFoundError, NotADirectoryError, StopIteration):
            continue
        usb = f"/dev/bus/usb/{numbers[0]:03}/{numbers[1]:03}"
        if {"0", "1"} <= set(order):
            found = Webcam(
                serial,
                str(device),
                f"/dev/{order['0']}",
                f"/dev/{order['1']}",
                f"/dev/{media}",
                usb,
            )
            if all(map(os.path.exists, found.nodes)):
                return found
    return None


def settle() -> None:
    """Waits until udev has given every node its owner and name."""
    subprocess.run(["udevadm", "settle", "-t", "120"], check=True)


def wait_for(
    condition: Callable[[], T | None],
    *,
    seconds: float = 120.0,
    unless: Callable[[], bool] = lambda: False,
) -> T:
    """The first true value of a condition; raises TimeoutError, at once if ``unless`` holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not unless():
        if value := condition():
            return value
        time.sleep(0.02)
    raise TimeoutError("what was waited for did not come")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").strip()
