"""The one door to Windows' own libraries, loaded from System32 and from nowhere else.

The names that ctypes has on Windows only are looked up when called, so that this module, and every
one that uses it, imports and type-checks on each system.
"""

import ctypes
import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

_SEARCH_SYSTEM32 = 0x800
"""LOAD_LIBRARY_SEARCH_SYSTEM32: a library of that name beside the program must never be taken."""

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class Guid(ctypes.Structure):
    """GUID of guiddef.h."""

    _fields_ = (
        ("first", ctypes.c_uint32),
        ("second", ctypes.c_uint16),
        ("third", ctypes.c_uint16),
        ("rest", ctypes.c_ubyte * 8),
    )


def guid(text: str) -> Guid:
    """The binary form of ``XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX``."""
    plain = text.replace("-", "")
    numbers = (int(plain[:8], 16), int(plain[8:12], 16), int(plain[12:16], 16))
    return Guid(*numbers, (ctypes.c_ubyte * 8)(*bytes.fromhex(plain[16:])))


@functools.cache
def library(name: str) -> ctypes.CDLL:
    """A system library; FileNotFoundError or OSError where this Windows does not have it."""
    loader: type[ctypes.CDLL] = vars(ctypes)["WinDLL"]
    return loader(name, use_last_error=True, winmode=_SEARCH_SYSTEM32)


def function(result: Any, *arguments: Any) -> Any:
    """The type of a native function with the calling convention of Windows (stdcall on x86)."""
    maker: Callable[..., Any] = vars(ctypes)["WINFUNCTYPE"]
    return maker(result, *arguments)


def last_error() -> OSError:
    """The error of the calling thread's last native call, as Python words it."""
    code = int(vars(ctypes)["get_last_error"]())
    error: OSError = vars(ctypes)["WinError"](code)
    return error


def from_filetime(ticks: int) -> datetime | None:
    """A FILETIME (100 ns since 1601) as UTC; None for 0, which Windows uses for "never".

    Raises OverflowError for a number that is no date, which is not hard to write into a registry.
    """
    if ticks == 0:
        return None
    if ticks < 0:
        raise OverflowError("a negative time")
    return _EPOCH + timedelta(microseconds=ticks // 10)
