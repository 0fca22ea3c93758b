"""Tests for Windows itself. They write into the registry, so they run in a Wine prefix only.

Each finds and leaves it without cameras, camera use and autostart.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

if sys.platform == "win32" and "WINEPREFIX" in os.environ:
    import winreg
else:
    collect_ignore_glob = ["test_*.py"]

CONSENT = r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
CATEGORY = "{e5323777-f976-4f5b-9b55-b94699c46e44}"
ENUM = r"SYSTEM\CurrentControlSet\Enum"
CLASSES = r"SYSTEM\CurrentControlSet\Control\DeviceClasses"
CAMERA_CLASS = "{ca3e7ab9-b4c3-4ae6-8251-579ef933890f}"

Write = Callable[..., None]


@pytest.fixture
def write() -> Iterator[Write]:
    """Writes a key with values; every key and value that was new is gone afterwards."""
    made: list[tuple[int, str]] = []
    added: list[tuple[int, str, str]] = []

    def write_key(root: int, path: str, **values: object) -> None:
        parts = path.split("\\")
        for length in range(1, len(parts) + 1):
            ancestor = "\\".join(parts[:length])
            if not _exists(root, ancestor):
                made.append((root, ancestor))
                winreg.CreateKey(root, ancestor).Close()
        with winreg.OpenKey(root, path, 0, winreg.KEY_ALL_ACCESS) as key:
            there = {winreg.EnumValue(key, n)[0] for n in range(winreg.QueryInfoKey(key)[1])}
            added.extend((root, path, name) for name in values if name not in there)
            for name, value in values.items():
                winreg.SetValueEx(key, name, 0, _kind(value), value)

    yield write_key
    for root, path, name in added:
        if _exists(root, path):  # or the test has removed it
            with winreg.OpenKey(root, path, 0, winreg.KEY_WRITE) as key:
                winreg.DeleteValue(key, name)
    for root, path in reversed(made):
        _remove(root, path)


def _exists(root: int, path: str) -> bool:
    try:
        winreg.OpenKey(root, path).Close()
    except FileNotFoundError:
        return False
    return True


def _remove(root: int, path: str) -> None:
    if not _exists(root, path):
        return
    with winreg.OpenKey(root, path) as key:
        below = [winreg.EnumKey(key, number) for number in range(winreg.QueryInfoKey(key)[0])]
    for name in below:
        _remove(root, f"{path}\\{name}")
    winreg.DeleteKey(root, path)


def _kind(value: object) -> int:
    if isinstance(value, int):
        return winreg.REG_QWORD if value > 0xFFFFFFFF or value == 0 else winreg.REG_DWORD
    if isinstance(value, bytes):
        return winreg.REG_BINARY
    return winreg.REG_MULTI_SZ if isinstance(value, list) else winreg.REG_SZ


def filetime(moment: datetime) -> int:
    """100 ns since 1601, as Windows writes times."""
    return int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10_000_000)


@pytest.fixture
def consent(write: Write) -> Write:
    """Writes an entry of the ConsentStore for a program (a path) or a package (a family name)."""

    def write_entry(
        program: str,
        *,
        began: datetime,
        ended: datetime | None,
        root: int | None = None,
    ) -> None:
        packaged = "\\" not in program
        place = program if packaged else "NonPackaged\\" + program.replace("\\", "#")
        stop = filetime(ended) if ended else 0
        path = f"{CONSENT}\\{place}"
        write(
            root or winreg.HKEY_CURRENT_USER,
            path,
            LastUsedTimeStart=filetime(began),
            LastUsedTimeStop=stop,
        )

    return write_entry


@pytest.fixture
def plug_in(write: Write) -> Write:
    """Registers a USB camera the way its driver would."""

    def register(
        name: str, *, hardware: str, place: str, parent: str | None = None, category: str = CATEGORY
    ) -> str:
        machine = winreg.HKEY_LOCAL_MACHINE
        instance = f"USB\\{hardware}\\{place}"
        write(
            machine,
            f"{ENUM}\\{instance}",
            FriendlyName=name,
            DeviceDesc="USB Video Device",
            ClassGUID=CAMERA_CLASS,
            Class="Camera",
            Service="usbvideo",
            HardwareID=[f"USB\\{hardware}"],
            LocationInformation="0000.0014.0000.002",
        )
        link = f"\\\\?\\usb#{hardware.lower()}#{place.lower()}#{category}\\global"
        key = f"{CLASSES}\\{category}\\##?#USB#{hardware}#{place}#{category}"
        write(machine, key, DeviceInstance=instance)
        write(machine, f"{key}\\#GLOBAL", SymbolicLink=link)
        write(machine, f"{key}\\#GLOBAL\\Control", Linked=1)
        return link

    return register


@pytest.fixture
def program(tmp_path: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """A running program whose path has a space and letters outside cp1252."""
    home = tmp_path / "Παράδειγμα mit Leerzeichen"
    home.mkdir()
    shutil.copy(Path(sys.executable).parent / "python311.dll", home)
    shutil.copy(sys.executable, home / "kamera ✓.exe")
    environment = {**os.environ, "PYTHONHOME": str(Path(sys.executable).parent)}
    command = [
        str(home / "kamera ✓.exe"),
        "-c",
        "import sys; print(1, flush=True); sys.stdin.read()",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout and child.stdin
        child.stdout.readline()
        yield child
        child.stdin.close()
