"""Running programs on macOS: psutil's list, with the application that each belongs to."""

import os
import plistlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from xml.parsers.expat import ExpatError

from camcheck.collect.macos.codesign import Signature
from camcheck.model import Fact, Gap, Process, Reason

_FIELDS = ("ppid", "name", "exe", "cmdline", "username", "create_time")
_NAMES = {"username": "user", "create_time": "started"}
_KERNEL = 0
_LARGEST = 1 << 20


def processes() -> tuple[tuple[Process, ...], tuple[Gap, ...]]:
    """Every process, and one gap that counts those whose program could not be read."""
    import psutil

    found: list[Process] = []
    bundles: dict[str, str | None] = {}
    for process in psutil.process_iter():
        try:
            found.append(_described(process, bundles))
        except psutil.NoSuchProcess:
            continue  # it ended while we looked
    unread = [process for process in found if "exe" in process.unknown]
    gaps: tuple[Gap, ...] = ()
    if unread:
        detail = "Their programs could not be read. Run camcheck with sudo to see more."
        gaps = (Gap(Fact.PROCESSES, f"{len(unread)} processes", Reason.DENIED, detail),)
    return tuple(sorted(found, key=lambda process: process.pid)), gaps


def _described(process: Any, bundles: dict[str, str | None]) -> Process:
    import psutil

    said: dict[str, Any] = {}
    unknown = ["signer"]
    for field in _FIELDS:
        try:
            said[field] = getattr(process, field)()
        except (psutil.AccessDenied, psutil.ZombieProcess):
            unknown.append(_NAMES.get(field, field))
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
        exe_state="kernel" if process.pid == _KERNEL else "present" if exe else None,
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
    answers: list[Process] = []
    gaps: list[Gap] = []
    for process in processes:
        if process.pid not in pids or process.exe is None:
            answers.append(process)
            continue
        signature = ask(process.exe)
        if signature is None:
            answers.append(process)
            detail = "Its signature could not be checked: codesign gave no answer that is known."
            gaps.append(Gap(Fact.PROCESSES, process.exe, Reason.FAILED, detail))
            continue
        unknown = tuple(field for field in process.unknown if field != "signer")
        answers.append(process._replace(signer=signature.signer, unknown=unknown))
    return tuple(answers), tuple(gaps)
