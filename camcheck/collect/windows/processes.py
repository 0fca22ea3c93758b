"""Running programs on Windows: psutil's list, with what only Windows knows of each."""

import ctypes
import re
from collections.abc import Iterable
from ctypes import byref, c_void_p, wintypes
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from camcheck.collect import running
from camcheck.collect.windows.consent import package_family
from camcheck.collect.windows.native import library
from camcheck.collect.windows.programs import NOT_SIGNED, Trust, VersionInfo, verify, version_info
from camcheck.model import ExeState, Gap, Process

_FIELDS = ("ppid", "name", "exe", "cmdline", "username", "create_time", "cwd")


def processes() -> tuple[tuple[Process, ...], tuple[Gap, ...]]:
    """Every process, and one gap that counts those whose program could not be read."""
    versions: dict[str, VersionInfo | None] = {}
    return running.list_processes(
        lambda process: _described(process, versions),
        advice="Start camcheck as administrator to see more.",
    )


_KERNEL = (0, 4)
"""The idle process and the kernel. They and their children without a program (Registry, Memory
Compression, Secure System) run no file; only the kernel has such children."""


def _described(process: Any, versions: dict[str, VersionInfo | None]) -> Process:
    import psutil

    said, unknown = running.ask(process, _FIELDS, denied=(psutil.AccessDenied, OSError))
    exe = said.get("exe") or None
    kernel = process.pid in _KERNEL or (exe is None and said.get("ppid") in _KERNEL)
    if kernel:
        unknown = [field for field in unknown if field != "exe"]
    elif exe is None and "exe" not in unknown:
        unknown.append("exe")
    version = _version(exe, versions)
    if version is None:
        unknown += ["original_name", "company"]
    integrity = _integrity(process.pid)
    if integrity is None:
        unknown.append("integrity")
    cmdline = tuple(said.get("cmdline") or ())
    created = said.get("create_time")
    return Process(
        pid=process.pid,
        started=datetime.fromtimestamp(created, UTC) if created else None,
        name=said.get("name") or (exe or "").rpartition("\\")[2],
        exe=exe,
        exe_state=ExeState.KERNEL if kernel else ExeState.PRESENT if exe else None,
        cmdline=cmdline,
        user=said.get("username"),
        ppid=said.get("ppid"),
        cwd=said.get("cwd"),
        unit=service_group(exe, cmdline),
        application=package_family(exe) if exe else None,
        original_name=version.original_name if version else None,
        company=version.company if version else None,
        integrity=integrity,
        # Asking for a signature hashes the whole file: only done for who uses the camera.
        unknown=tuple(sorted({*unknown, "signer"})),
    )


def _version(exe: str | None, versions: dict[str, VersionInfo | None]) -> VersionInfo | None:
    if exe is None:
        return None
    if exe not in versions:
        try:
            versions[exe] = version_info(exe)
        except OSError:
            versions[exe] = None
    return versions[exe]


_SERVICE_GROUP = re.compile(r"^-k$", re.IGNORECASE)


def service_group(exe: str | None, cmdline: tuple[str, ...]) -> str | None:
    """The group of services that a service host runs (``svchost -k Camera``), if it is one."""
    if exe is None or not exe.casefold().endswith("\\windows\\system32\\svchost.exe"):
        return None
    following = [group for flag, group in pairwise(cmdline) if _SERVICE_GROUP.match(flag)]
    return following[0] if following else None


_QUERY_LIMITED, _TOKEN_QUERY, _TOKEN_INTEGRITY = 0x1000, 0x0008, 25
_LEVELS = ((0x4000, "system"), (0x3000, "high"), (0x2000, "medium"), (0x1000, "low"))


def _integrity(pid: int) -> str | None:
    """The mandatory integrity level of a process; None where its token cannot be read."""
    kernel, security = library("kernel32.dll"), library("advapi32.dll")
    kernel.OpenProcess.restype = wintypes.HANDLE
    process = kernel.OpenProcess(_QUERY_LIMITED, wintypes.BOOL(), wintypes.DWORD(pid))
    if not process:
        return None
    token = wintypes.HANDLE()
    try:
        opened = security.OpenProcessToken(
            wintypes.HANDLE(process), wintypes.DWORD(_TOKEN_QUERY), byref(token)
        )
        return _token_level(security, token) if opened else None
    finally:
        if token:
            kernel.CloseHandle(token)
        kernel.CloseHandle(wintypes.HANDLE(process))


def _token_level(security: Any, token: wintypes.HANDLE) -> str | None:
    needed = wintypes.DWORD()
    buffer = ctypes.create_string_buffer(256)
    if not security.GetTokenInformation(
        token, _TOKEN_INTEGRITY, buffer, wintypes.DWORD(256), byref(needed)
    ):
        return None
    identifier = c_void_p.from_buffer(buffer)
    security.GetSidSubAuthorityCount.restype = ctypes.POINTER(ctypes.c_ubyte)
    security.GetSidSubAuthority.restype = ctypes.POINTER(wintypes.DWORD)
    count = security.GetSidSubAuthorityCount(identifier)[0]
    level = security.GetSidSubAuthority(identifier, wintypes.DWORD(count - 1))[0]
    return integrity_level(level)


def integrity_level(level: int) -> str:
    """The name of a mandatory label's relative identifier (SECURITY_MANDATORY_*_RID, winnt.h)."""
    return next((name for least, name in _LEVELS if level >= least), "untrusted")


def with_signers(
    processes: Iterable[Process], *, pids: frozenset[int]
) -> tuple[tuple[Process, ...], tuple[Gap, ...]]:
    """The same processes, those in ``pids`` with the signer of their program."""
    return running.with_signers(
        processes, pids=pids, sign=lambda process: signed(process, verify(process.exe or ""))
    )


def signed(process: Process, trust: Trust) -> Process:
    """The process with what its program's signature says.

    Windows vouches for its own files in catalogs, and for store applications by their package; an
    unsigned file there is left unknown, because neither is looked up.
    """
    exe = (process.exe or "").casefold()
    elsewhere = trust.code in NOT_SIGNED and ("\\windows\\" in exe or "\\windowsapps\\" in exe)
    if elsewhere or (trust.signer is None and trust.code not in NOT_SIGNED):
        return process
    signer = trust.signer if trust.valid or trust.signer is None else f"{trust.signer} (not valid)"
    unknown = tuple(field for field in process.unknown if field != "signer")
    return process._replace(signer=signer, unknown=unknown)


def is_elevated() -> bool:
    """Whether this program runs as administrator. Raises OSError."""
    return bool(library("shell32.dll").IsUserAnAdmin())
