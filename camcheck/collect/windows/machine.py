"""What of a Windows machine is asked, each question with its real answerer."""

import os
import platform
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from camcheck.collect.windows.devices import Device, devices
from camcheck.collect.windows.persistence import startup_entries, startup_folders, task_entries
from camcheck.collect.windows.processes import is_elevated, processes, with_signers
from camcheck.collect.windows.registry import LiveRegistry, Registry
from camcheck.collect.windows.sensors import Activity, SensorMonitor
from camcheck.collect.windows.usage_database import DATABASE, earlier_uses
from camcheck.fact import NamedTuple
from camcheck.model import CameraUse, Gap, Host, PersistenceEntry, Process


class Activities(Protocol):
    """What a started sensor monitor answers."""

    def activities(self) -> tuple[Activity, ...]: ...

    def failures(self) -> tuple[str, ...]: ...


class Machine(NamedTuple):
    """Everything that a scan asks of Windows; a test gives answers of its own.

    ``monitor`` raises MonitorUnavailableError when entered on a system without it; ``devices`` and
    ``elevated`` raise OSError.
    """

    host: Callable[[], Host]
    elevated: Callable[[], bool]
    devices: Callable[[], tuple[Device, ...]]
    registry: Registry
    monitor: Callable[[], AbstractContextManager[Activities]]
    processes: Callable[[], tuple[tuple[Process, ...], tuple[Gap, ...]]]
    sign: Callable[..., tuple[tuple[Process, ...], tuple[Gap, ...]]]
    files: Callable[[], tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]]
    earlier: Callable[[], tuple[tuple[CameraUse, ...], tuple[Gap, ...]]]


def this_machine() -> Machine:
    """The machine that camcheck runs on."""
    registry = LiveRegistry()
    return Machine(
        host=_host,
        elevated=is_elevated,
        devices=devices,
        registry=registry,
        monitor=SensorMonitor,
        processes=processes,
        sign=with_signers,
        files=_files,
        earlier=lambda: earlier_uses(os.path.join(_program_data(), DATABASE), registry),
    )


def _host() -> Host:
    return Host(
        system="windows",
        release=platform.release(),
        version=platform.version(),
        machine=platform.machine(),
        name=platform.node(),
    )


def _files() -> tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]:
    # Windows sets these itself at each logon; a wrong one shows nothing, it runs nothing.
    windows = os.environ.get("SYSTEMROOT", r"C:\Windows")
    profile = os.environ.get("USERPROFILE", r"C:\Users\Default")
    folders = startup_folders(users=os.path.dirname(profile), program_data=_program_data())
    entries, gaps = startup_entries(folders)
    tasks, more = task_entries(os.path.join(windows, "System32", "Tasks"))
    return (*entries, *tasks), (*gaps, *more)


def _program_data() -> str:
    return os.environ.get("PROGRAMDATA", r"C:\ProgramData")
