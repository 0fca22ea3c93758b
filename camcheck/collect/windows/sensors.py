"""Who streams from which camera, as Windows' own sensor activity monitor reports it.

The interface is IMFSensorActivityMonitor of mfidl.h (Windows 10 1703 and later). It calls back on a
thread of its own, once per camera and change, each time with that camera's complete list of
processes. It is called here through ctypes alone: five small interfaces do not repay a dependency.
"""

import ctypes
import threading
import time
from collections.abc import Callable
from ctypes import POINTER, byref, c_long, c_void_p, wintypes
from datetime import datetime
from types import TracebackType
from typing import Any, ClassVar

from camcheck.collect.windows.native import from_filetime, function, guid, library
from camcheck.fact import NamedTuple

_UNKNOWN = "00000000-0000-0000-C000-000000000046"
_CALLBACK = "DE5072EE-DBE3-46DC-8A87-B6F631194751"
_SHUTDOWN = "97EC2EA4-0E42-4937-97AC-9D6D328824E1"

_OK, _NO_INTERFACE, _POINTER, _FAILED = 0, -2147467262, -2147467261, -2147467259
_MULTITHREADED = 0
_MEDIA_FOUNDATION_VERSION, _WITHOUT_SOCKETS = 0x00020070, 1

SETTLING_SECONDS = 0.5
"""How long the first reports may take; Microsoft's own sample waits as long."""

_NAME_LENGTH = 1024


class ProcessActivity(NamedTuple):
    """A process at a camera; ``reported`` is when Windows noted it, None where it does not say."""

    pid: int
    streaming: bool
    reported: datetime | None


class Activity(NamedTuple):
    """The latest report about one camera; ``device`` is its symbolic link."""

    device: str
    name: str
    processes: tuple[ProcessActivity, ...]


class MonitorUnavailableError(Exception):
    """This Windows has no sensor activity monitor, or it does not start; the text says which."""


class SensorMonitor:
    """A running sensor activity monitor; use it in a ``with``, and ask ``activities()`` inside.

    ``on_report`` is called on Windows' thread after each report, ``on_failure`` after one that
    could not be read.
    """

    def __init__(
        self,
        *,
        on_report: Callable[[Activity], None] | None = None,
        on_failure: Callable[[], None] | None = None,
    ) -> None:
        self._latest: dict[str, Activity] = {}
        self._lock = threading.Lock()
        self._failures: list[str] = []
        self._on_report, self._on_failure = on_report, on_failure
        self._monitor = c_void_p()
        self._initialized = False
        self._began = 0.0

    def __enter__(self) -> "SensorMonitor":
        try:
            self._platform = library("mfplat.dll")
            self._com = library("ole32.dll")
            create = library("mfsensorgroup.dll").MFCreateSensorActivityMonitor
        except (OSError, AttributeError) as error:
            raise MonitorUnavailableError("this Windows does not offer it") from error
        # A thread that is already in another apartment keeps it; then there is nothing to undo.
        self._initialized = self._com.CoInitializeEx(None, _MULTITHREADED) >= 0
        try:
            _expect(self._platform.MFStartup(_MEDIA_FOUNDATION_VERSION, _WITHOUT_SOCKETS))
        except MonitorUnavailableError:
            self._leave_com()
            raise
        self._callback = _Callback(self._take)
        create.argtypes = (c_void_p, POINTER(c_void_p))
        try:
            _expect(create(self._callback.address, byref(self._monitor)))
            _expect(_call(self._monitor, 3))
        except MonitorUnavailableError:
            self._end()
            raise
        self._began = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _call(self._monitor, 4)
        self._end()

    def activities(self) -> tuple[Activity, ...]:
        """The latest report of each camera, after giving the first ones time to arrive.

        A camera without a report is one that nobody has streamed from since the monitor began.
        """
        time.sleep(max(0.0, self._began + SETTLING_SECONDS - time.monotonic()))
        with self._lock:
            return tuple(self._latest[key] for key in sorted(self._latest))

    def failures(self) -> tuple[str, ...]:
        """What of the reports could not be read."""
        with self._lock:
            return tuple(self._failures)

    def _take(self, report: c_void_p) -> None:
        try:
            activities = _read_reports(report)
        except (MonitorUnavailableError, OverflowError) as error:
            with self._lock:
                if str(error) not in self._failures:
                    self._failures.append(str(error))
            if self._on_failure:
                self._on_failure()
            return
        with self._lock:
            self._latest |= {activity.device: activity for activity in activities}
        if self._on_report:
            for activity in activities:
                self._on_report(activity)

    def _end(self) -> None:
        if self._monitor:
            shutdown = c_void_p()
            if _call(self._monitor, 0, byref(guid(_SHUTDOWN)), byref(shutdown)) == _OK:
                _call(shutdown, 3)
                _call(shutdown, 2)
            _call(self._monitor, 2)
            self._monitor = c_void_p()
        self._platform.MFShutdown()
        self._leave_com()

    def _leave_com(self) -> None:
        if self._initialized:
            self._com.CoUninitialize()


class _Callback:
    """The COM object that Windows reports to: IMFSensorActivitiesReportCallback."""

    _alive: ClassVar["set[_Callback]"] = set()
    """Objects that Windows still holds a reference to; they must not be collected before."""

    def __init__(self, take: Callable[[c_void_p], None]) -> None:
        self._take = take
        self._references = 0
        self._lock = threading.Lock()
        methods = (
            function(c_long, c_void_p, POINTER(ctypes.c_ubyte * 16), POINTER(c_void_p))(
                self._query
            ),
            function(wintypes.ULONG, c_void_p)(self._add),
            function(wintypes.ULONG, c_void_p)(self._release),
            function(c_long, c_void_p, c_void_p)(self._report),
        )
        self._methods = methods
        self._table = (c_void_p * 4)(*(ctypes.cast(method, c_void_p) for method in methods))
        self._object = (c_void_p * 1)(ctypes.addressof(self._table))
        self.address = c_void_p(ctypes.addressof(self._object))

    def _query(self, _this: int, wanted: Any, answer: Any) -> int:
        if not answer:
            return _POINTER
        if bytes(wanted.contents) not in (bytes(guid(_UNKNOWN)), bytes(guid(_CALLBACK))):
            answer[0] = None
            return _NO_INTERFACE
        answer[0] = self.address.value
        self._add(_this)
        return _OK

    def _add(self, _this: int) -> int:
        with self._lock:
            self._references += 1
            self._alive.add(self)
            return self._references

    def _release(self, _this: int) -> int:
        with self._lock:
            self._references -= 1
            if self._references == 0:
                self._alive.discard(self)
            return self._references

    def _report(self, _this: int, report: int | None) -> int:
        if not report:
            return _POINTER
        self._take(c_void_p(report))
        return _OK


def _read_reports(report: c_void_p) -> list[Activity]:
    return [_with(report, 4, number, _read_activity) for number in range(_number(report, 3))]


def _read_activity(activity: c_void_p) -> Activity:
    processes = tuple(
        _with(activity, 6, number, _read_process) for number in range(_number(activity, 5))
    )
    return Activity(_text(activity, 4), _text(activity, 3), processes)


def _read_process(process: c_void_p) -> ProcessActivity:
    time_of = wintypes.FILETIME()
    _expect(_call(process, 6, byref(time_of)))
    ticks = time_of.dwHighDateTime << 32 | time_of.dwLowDateTime
    return ProcessActivity(_number(process, 3), bool(_number(process, 4)), from_filetime(ticks))


def _with(owner: c_void_p, method: int, number: int, read: Callable[[c_void_p], Any]) -> Any:
    """What ``read`` makes of an owner's numbered part, which is released afterwards."""
    part = c_void_p()
    _expect(_call(owner, method, wintypes.ULONG(number), byref(part)))
    try:
        return read(part)
    finally:
        _call(part, 2)


def _number(owner: c_void_p, method: int) -> int:
    number = wintypes.ULONG()
    _expect(_call(owner, method, byref(number)))
    return number.value


def _text(owner: c_void_p, method: int) -> str:
    buffer = ctypes.create_unicode_buffer(_NAME_LENGTH)
    written = wintypes.ULONG()
    _expect(_call(owner, method, buffer, wintypes.ULONG(_NAME_LENGTH), byref(written)))
    return buffer.value


def _call(this: c_void_p, method: int, *arguments: Any) -> int:
    """Call the method at this place of an interface's table (0 to 2 are IUnknown's)."""
    table = ctypes.cast(this, POINTER(POINTER(c_void_p)))[0]
    kinds = [c_void_p if _is_address(argument) else type(argument) for argument in arguments]
    result: int = function(c_long, c_void_p, *kinds)(table[method])(this, *arguments)
    return result


def _is_address(argument: Any) -> bool:
    return not isinstance(argument, wintypes.ULONG)


def _expect(result: int) -> None:
    if result < 0:
        raise MonitorUnavailableError(f"error 0x{result & 0xFFFFFFFF:08x}")
