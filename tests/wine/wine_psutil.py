"""What Wine 8 lacks, supplied to psutil: the image path of a process (information class 88)."""

import ctypes
from ctypes import wintypes

import psutil._pswindows as backend  # type: ignore[import-not-found,unused-ignore]

kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.OpenProcess.restype = wintypes.HANDLE
LIMITED_INFORMATION = 0x1000


def proc_exe(pid):
    handle = kernel32.OpenProcess(LIMITED_INFORMATION, False, pid)
    if not handle:
        raise ctypes.WinError(ctypes.get_last_error())
    try:
        size = wintypes.DWORD(32768)
        text = ctypes.create_unicode_buffer(size.value)
        found = kernel32.QueryFullProcessImageNameW(
            wintypes.HANDLE(handle), 0, text, ctypes.byref(size)
        )
        if not found:
            raise ctypes.WinError(ctypes.get_last_error())
        return text.value
    finally:
        kernel32.CloseHandle(wintypes.HANDLE(handle))


backend.cext.proc_exe = proc_exe
