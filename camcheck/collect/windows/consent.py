"""The ConsentStore: what Windows notes about each program's use of the camera.

It is a log in the registry, one entry per program, not per process, and it names no camera. A crash
leaves an entry open for ever, and a program may erase its own, so an open entry counts only with a
live process behind it, and a missing one proves nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from camcheck.collect.windows.native import from_filetime
from camcheck.collect.windows.registry import MACHINE, Registry, Value, user_keys
from camcheck.model import CameraUse, Fact, Gap, Permission, Permit, Process, Reason

STORE = r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
_CLOCK_STEP = timedelta(seconds=1)


class ConsentEntry(NamedTuple):
    """What one entry says. ``key`` is its name in the store, where ``#`` stands for a backslash.

    ``began`` None: never used. ``open_ended``: begun, and the end is written as "not yet".
    ``answer`` is what the user allowed ("Allow", "Deny"), which only packaged programs ask for.
    """

    key: str
    packaged: bool
    user: str | None
    began: datetime | None
    ended: datetime | None
    open_ended: bool
    source: str
    answer: str | None = None

    @property
    def program(self) -> str:
        return self.key if self.packaged else self.key.replace("#", "\\")


def read_consent(registry: Registry) -> tuple[tuple[ConsentEntry, ...], tuple[Gap, ...]]:
    """The entries of the machine and of every user whose hive is loaded, and what was denied."""
    entries: list[ConsentEntry] = []
    gaps: list[Gap] = []
    stores: list[tuple[str, str | None]] = [(f"{MACHINE}\\{STORE}", None)]
    stores += [(f"{key}\\{STORE}", name) for key, name in user_keys(registry)]
    present = 0
    for path, user in stores:
        try:
            entries += _read_store(registry, path, user=user, gaps=gaps)
            present += 1
        except PermissionError:
            gaps.append(_gap(path, Reason.DENIED, "Start camcheck as administrator to see it."))
        except FileNotFoundError:
            continue  # a user who never granted anything has no such key
    if not present and not gaps:
        detail = "Windows keeps no record of camera use on this system."
        gaps.append(_gap(stores[0][0], Reason.MISSING, detail))
    return tuple(sorted(set(entries), key=_order)), tuple(gaps)


def _order(entry: ConsentEntry) -> tuple[str, str, str]:
    return (entry.user or "", entry.key, entry.source)


def _gap(subject: str, reason: Reason, detail: str) -> Gap:
    return Gap(Fact.HISTORY, subject, reason, f"Windows' own record of camera use. {detail}")


def _read_store(
    registry: Registry, path: str, *, user: str | None, gaps: list[Gap]
) -> Iterator[ConsentEntry]:
    for name in registry.subkeys(path):
        if name.casefold() == "nonpackaged":
            yield from _read_programs(registry, f"{path}\\{name}", user=user, gaps=gaps)
        else:
            yield from _read_entry(registry, f"{path}\\{name}", packaged=True, user=user, gaps=gaps)


def _read_programs(
    registry: Registry, path: str, *, user: str | None, gaps: list[Gap]
) -> Iterator[ConsentEntry]:
    for name in registry.subkeys(path):
        below = f"{path}\\{name}"
        if "#" in name:
            yield from _read_entry(registry, below, packaged=False, user=user, gaps=gaps)
            continue
        # Windows 11 24H2 was seen with one more level ("Executables") in such stores.
        for deeper in registry.subkeys(below):
            entry = f"{below}\\{deeper}"
            yield from _read_entry(registry, entry, packaged=False, user=user, gaps=gaps)


def _read_entry(
    registry: Registry, path: str, *, packaged: bool, user: str | None, gaps: list[Gap]
) -> Iterator[ConsentEntry]:
    try:
        yield parse_entry(registry.values(path), path=path, packaged=packaged, user=user)
    except FileNotFoundError:
        return  # removed while we looked
    except PermissionError:
        gaps.append(_gap(path, Reason.DENIED, "Start camcheck as administrator to see it."))
    except ValueError as error:
        gaps.append(_gap(path, Reason.UNPARSED, str(error)))


def parse_entry(
    values: dict[str, Value], *, path: str, packaged: bool, user: str | None
) -> ConsentEntry:
    """What the values of one key say; ValueError when they are not the times they should be."""
    began = _time(values, "LastUsedTimeStart")
    ended = _time(values, "LastUsedTimeStop")
    # An end of 0 alone means nothing: never used programs have it too.
    open_ended = began is not None and values.get("LastUsedTimeStop") == 0
    name = path.rpartition("\\")[2]
    said = values.get("Value")
    answer = said if isinstance(said, str) else None
    return ConsentEntry(name, packaged, user, began, ended, open_ended, path, answer)


def _time(values: dict[str, Value], name: str) -> datetime | None:
    value = values.get(name)
    if value is None:
        return None
    try:
        # A text or binary value where a number belongs ends as a ValueError too.
        return from_filetime(int(value) if isinstance(value, int) else -1)
    except OverflowError:
        raise ValueError(f"{name} is no time") from None


def history(entries: Iterable[ConsentEntry]) -> tuple[CameraUse, ...]:
    """Past and present uses that the entries tell of (of each program only the last)."""
    uses = {
        CameraUse(None, entry.program, entry.user, entry.began, entry.ended, entry.source)
        for entry in entries
        if entry.began is not None
    }
    return tuple(sorted(uses, key=lambda use: (use.began, use.program, use.source)))


def permissions(entries: Iterable[ConsentEntry]) -> tuple[Permission, ...]:
    """What users allowed or forbade to packaged programs; all others are allowed or not as one."""
    found = {
        Permission(
            entry.program,
            entry.user,
            _ANSWERS.get(entry.answer, Permit.UNKNOWN),
            None,
            entry.source,
        )
        for entry in entries
        if entry.answer is not None
    }
    return tuple(sorted(found, key=str))


_ANSWERS = {"Allow": Permit.ALLOWED, "Deny": Permit.DENIED}


def users_of(entry: ConsentEntry, *, processes: Iterable[Process]) -> tuple[Process, ...]:
    """The live processes that can be behind an open entry: of that program, begun before it.

    The oldest first: in a family of processes it is the one that the others belong to.
    """
    if not entry.open_ended or entry.began is None:
        return ()
    latest = entry.began + _CLOCK_STEP
    found = [
        process
        for process in processes
        if process.started is not None and process.started <= latest and _runs(process, entry)
    ]
    return tuple(sorted(found, key=lambda process: (process.started, process.pid)))


def _runs(process: Process, entry: ConsentEntry) -> bool:
    if process.exe is None:
        return False
    if entry.packaged:
        family = package_family(process.exe)
        return family is not None and family.casefold() == entry.key.casefold()
    # Compared as the store writes it, because a # in a path cannot be told from a backslash.
    return process.exe.replace("\\", "#").casefold() == entry.key.casefold()


def package_family(exe: str) -> str | None:
    """The package family name in the path of a packaged application's executable, if it is one.

    Store applications are installed below ``WindowsApps\\Name_Version_Architecture__Publisher``,
    those of the system below ``SystemApps\\Name_Publisher``.
    """
    for parent, folder in pairwise(exe.split("\\")):
        if parent.casefold() == "systemapps" and "_" in folder:
            return folder
        if parent.casefold() == "windowsapps" and "__" in folder:
            return f"{folder.partition('_')[0]}_{folder.rpartition('__')[2]}"
    return None
