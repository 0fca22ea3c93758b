"""Running programs on macOS: psutil's list, with the application that each belongs to."""

import os
import plistlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError

from camcheck.collect import running
from camcheck.collect.macos.codesign import Signature
from camcheck.model import ExeState, Gap, Process

_FIELDS = ("ppid", "name", "exe", "cmdline", "username", "create_time")
_KERNEL = 0
_LARGEST = 1 << 20


def processes() -> tuple[tuple[Process, ...], tuple[Gap, ...]]:
    """Every process, and one gap that counts those whose program could not be read."""
    bundles: dict[str, str | None] = {}
    return running.list_processes(
        lambda process: _described(process, bundles),
        advice="Run camcheck with sudo to see more.",
    )


def _described(process: Any, bundles: dict[str, str | None]) -> Process:
    import psutil

    denied = (psutil.AccessDenied, psutil.ZombieProcess)
    said, unknown = running.ask(process, _FIELDS, denied=denied)
    unknown.append("signer")
    exe = said.get("exe") or None
    if exe is None and "exe" not in unknown and process.pid != _KERNEL:
        unknown.append("exe")
    application = _application(exe, bundles) if exe else None
    created = said.get("create_time")
    return Process(
        pid=process.pid,
        started=datetime.fromtimestamp(created, UTC) if created else None,
        name=said.get("name") or os.path.basename(exe or ""),
        exe=exe,
        exe_state=(
            ExeState.KERNEL if process.pid == _KERNEL else ExeState.PRESENT if exe else None
        ),
        cmdline=tuple(said.get("cmdline") or ()),
        user=said.get("username"),
        ppid=said.get("ppid"),
        application=application,
        unknown=tuple(sorted(unknown)),
    )


def _application(exe: str, bundles: dict[str, str | None]) -> str | None:
    """The id of the outermost application that a program lies in; Control Center names that one."""
    head, found, _ = exe.partition(".app/Contents/")
    if not found:
        return None
    information = f"{head}.app/Contents/Info.plist"
    if information not in bundles:
        try:
            with open(information, "rb") as file:
                bundles[information] = bundle_id(file.read(_LARGEST))
        except OSError:
            bundles[information] = None
    return bundles[information]


def bundle_id(data: bytes) -> str | None:
    """CFBundleIdentifier of an Info.plist; None where it has none or is no property list."""
    try:
        information = plistlib.loads(data)
    except (plistlib.InvalidFileException, ExpatError, ValueError, OverflowError):
        return None
    found = information.get("CFBundleIdentifier") if isinstance(information, dict) else None
    return found if isinstance(found, str) else None


def with_signers(
    processes: Iterable[Process],
    *,
    pids: frozenset[int],
    ask: Callable[[str], Signature | None],
) -> tuple[tuple[Process, ...], tuple[Gap, ...]]:
    """The same processes, those in ``pids`` with the signer of their program."""

    def sign(process: Process) -> Process:
        signature = ask(process.exe or "")
        if signature is None:
            raise OSError("codesign gave no answer that is known")
        unknown = tuple(field for field in process.unknown if field != "signer")
        return process._replace(signer=signature.signer, unknown=unknown)

    return running.with_signers(processes, pids=pids, sign=sign)
