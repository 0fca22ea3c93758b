"""Tells when something about cameras may have changed on Windows: time to look again.

Two sources, neither of which is polled: a change below the ConsentStore (RegNotifyChangeKeyValue,
winreg.h) and a report of the sensor activity monitor. Both only say that something happened.
"""

import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from ctypes import c_void_p, wintypes
from typing import Any

from camcheck.collect.windows.consent import STORE
from camcheck.collect.windows.native import last_error, library
from camcheck.collect.windows.registry import USERS, LiveRegistry, user_keys
from camcheck.collect.windows.sensors import MonitorUnavailableError, SensorMonitor
from camcheck.model import Fact, Gap, Reason

_NAME, _LAST_SET, _ANY_THREAD = 0x01, 0x04, 0x10000000
_SIGNALLED, _FAILED, _FOREVER = 0, 0xFFFFFFFF, 0xFFFFFFFF
_MOST = 63
"""WaitForMultipleObjects takes 64 objects; one is ours, to end the wait."""


@contextmanager
def watching(on_change: Callable[[], None]) -> Iterator[tuple[Gap, ...]]:
    """Calls ``on_change`` after each change, on threads of its own, until the ``with`` ends.

    Gives the gaps: what cannot be watched, so that it must be looked at from time to time.
    Raises OSError where Windows refuses to watch.
    """
    gaps: list[Gap] = []
    with ExitStack() as stack:
        try:
            stack.enter_context(SensorMonitor(on_report=lambda _: on_change()))
        except MonitorUnavailableError as error:
            detail = f"The start of a stream is noticed late or not at all: {error}."
            gaps.append(Gap(Fact.CAPTURE, "sensor monitor", Reason.UNSUPPORTED, detail))
        keys = [stack.enter_context(key) for key in _stores(gaps)]
        stack.enter_context(_registry_thread(keys, on_change))
        yield tuple(gaps)


def _stores(gaps: list[Gap]) -> list[Any]:
    """The ConsentStore keys that may be watched, of the machine and of each loaded user."""
    winreg: Any = importlib.import_module("winreg")
    places = [(winreg.HKEY_LOCAL_MACHINE, STORE)]
    for user, _ in user_keys(LiveRegistry()):
        hive = user.removeprefix(f"{USERS}\\")
        places.append((winreg.HKEY_USERS, f"{hive}\\{STORE}"))
    access = winreg.KEY_NOTIFY | winreg.KEY_WOW64_64KEY
    found: list[Any] = []
    for root, path in places[:_MOST]:
        try:
            found.append(winreg.OpenKey(root, path, 0, access))
        except FileNotFoundError:
            continue  # a user who never granted anything
        except PermissionError:
            detail = "Another user's use of the camera is only noticed at the next look."
            gaps.append(Gap(Fact.HISTORY, path, Reason.DENIED, detail))
    return found


@contextmanager
def _registry_thread(keys: list[Any], on_change: Callable[[], None]) -> Iterator[None]:
    kernel = library("kernel32.dll")
    kernel.CreateEventW.restype = wintypes.HANDLE
    events = [kernel.CreateEventW(None, 0, 0, None) for _ in range(len(keys) + 1)]
    for key, event in zip(keys, events[1:], strict=True):
        _arm(key, event)
    thread = threading.Thread(target=_wait, args=(keys, events, on_change), daemon=True)
    thread.start()
    try:
        yield
    finally:
        kernel.SetEvent(wintypes.HANDLE(events[0]))
        thread.join()
        for event in events:
            kernel.CloseHandle(wintypes.HANDLE(event))


def _arm(key: Any, event: int) -> None:
    """Asks for the next change; each request is good for one."""
    what = wintypes.DWORD(_NAME | _LAST_SET | _ANY_THREAD)
    notify = library("advapi32.dll").RegNotifyChangeKeyValue
    status = notify(c_void_p(key.handle), 1, what, wintypes.HANDLE(event), 1)
    if status:
        raise OSError(status, "Windows does not let the registry be watched")


def _wait(keys: list[Any], events: list[int], on_change: Callable[[], None]) -> None:
    handles = (wintypes.HANDLE * len(events))(*events)
    wait = library("kernel32.dll").WaitForMultipleObjects
    wait.restype = wintypes.DWORD
    while True:
        first = wait(wintypes.DWORD(len(events)), handles, 0, wintypes.DWORD(_FOREVER))
        if first == _FAILED:
            raise last_error()
        if first == _SIGNALLED:
            return
        # Armed again before telling, so that a change while somebody looks is not lost.
        _arm(keys[first - 1], events[first])
        on_change()
