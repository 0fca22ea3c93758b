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

_PAUSE = 50
"""Milliseconds after a change in which more of them become one."""

_LATE = "That user's use of the camera is only noticed at the next look."


@contextmanager
def watching(
    on_change: Callable[[], None], *, on_loss: Callable[[Gap], None] = lambda _: None
) -> Iterator[tuple[Gap, ...]]:
    """Calls ``on_change`` after each change, on threads of its own, until the ``with`` ends.

    Gives the gaps: what cannot be watched, so that it must be looked at from time to time; what
    can no longer be watched is told to ``on_loss``. Raises OSError where Windows refuses to watch.
    """
    gaps: list[Gap] = []
    with ExitStack() as stack:
        try:
            monitor = SensorMonitor(on_report=lambda _: on_change(), on_failure=on_change)
            stack.enter_context(monitor)
        except MonitorUnavailableError as error:
            detail = f"The start of a stream is noticed late or not at all: {error}."
            gaps.append(Gap(Fact.CAPTURE, "sensor monitor", Reason.UNSUPPORTED, detail))
        keys = {path: stack.enter_context(key) for path, key in _opened(gaps).items()}
        stack.enter_context(_registry_thread(keys, on_change, on_loss))
        yield tuple(gaps)


def stores() -> tuple[str, ...]:
    """The ConsentStore keys that can be watched now: users come and go, and so do their keys."""
    keys = _opened([])
    for key in keys.values():
        key.Close()
    return tuple(keys)


def _opened(gaps: list[Gap]) -> dict[str, Any]:
    """The ConsentStore keys that may be watched, of the machine and of each loaded user."""
    winreg: Any = importlib.import_module("winreg")
    places = [(winreg.HKEY_LOCAL_MACHINE, STORE)]
    for user, _ in user_keys(LiveRegistry()):
        hive = user.removeprefix(f"{USERS}\\")
        places.append((winreg.HKEY_USERS, f"{hive}\\{STORE}"))
    access = winreg.KEY_NOTIFY | winreg.KEY_WOW64_64KEY
    found: dict[str, Any] = {}
    for root, path in places:
        if len(found) == _MOST:
            gaps.append(Gap(Fact.HISTORY, path, Reason.UNSUPPORTED, _LATE))
            continue
        try:
            found[path] = winreg.OpenKey(root, path, 0, access)
        except FileNotFoundError:
            continue  # a user who never granted anything
        except PermissionError:
            gaps.append(Gap(Fact.HISTORY, path, Reason.DENIED, _LATE))
        except OSError:  # a user is leaving: the hive is being unloaded
            gaps.append(Gap(Fact.HISTORY, path, Reason.FAILED, _LATE))
    return found


@contextmanager
def _registry_thread(
    keys: dict[str, Any], on_change: Callable[[], None], on_loss: Callable[[Gap], None]
) -> Iterator[None]:
    kernel = library("kernel32.dll")
    kernel.CreateEventW.restype = wintypes.HANDLE
    events = [kernel.CreateEventW(None, 0, 0, None) for _ in range(len(keys) + 1)]

    def follow() -> None:
        try:
            _wait(list(keys.values()), events, on_change)
        except OSError as error:
            # A user who logs off takes the key along; then it must be looked for anew.
            detail = f"Windows no longer tells of changes in the registry: {error.strerror}."
            on_loss(Gap(Fact.HISTORY, "ConsentStore", Reason.FAILED, detail))

    thread = threading.Thread(target=follow, daemon=True)
    try:
        for key, event in zip(keys.values(), events[1:], strict=True):
            _arm(key, event)
        thread.start()
        yield
    finally:
        kernel.SetEvent(wintypes.HANDLE(events[0]))
        if thread.ident is not None:
            thread.join()
        for event in events:
            kernel.CloseHandle(wintypes.HANDLE(event))


def _arm(key: Any, event: int) -> None:
    """Asks for the next change; each request is good for one."""
    what = wintypes.DWORD(_NAME | _LAST_SET | _ANY_THREAD)
    notify = library("advapi32.dll").RegNotifyChangeKeyValue
    status = notify(c_void_p(key.handle), 1, what, wintypes.HANDLE(event), 1)
    if status:
        raise OSError(status, f"error {status} when it was asked to watch a key")


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
        if wait(wintypes.DWORD(1), handles, 0, wintypes.DWORD(_PAUSE)) == _SIGNALLED:
            return
