"""The ConsentStore: what Windows notes about each program's use of the camera.

It is a log in the registry, one entry per program, not per process, and it names no camera. A crash
leaves an entry open for ever, and a program may erase its own, so an open entry counts only with a
live process behind it, and a missing one proves nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from camcheck.collect.windows.native import from_filetime
from camcheck.collect.windows.registry import MACHINE, Registry, Value, user_keys, value_of
from camcheck.fact import NamedTuple
from camcheck.model import (
    EVERY_PROGRAM,
    CameraUse,
    Fact,
    Gap,
    Permission,
    Permit,
    Process,
    Reason,
)

STORE = r"SOFTWARE\Microsoft\Windows\CurrentVersion\CapabilityAccessManager\ConsentStore\webcam"
_CLOCK_STEP = timedelta(seconds=1)


class ConsentEntry(NamedTuple):
    """What one entry says. ``key`` is its name in the store, where ``#`` stands for a backslash.

    ``began`` None: never used. ``open_ended``: begun, and the end is written as "not yet".
    ``answer`` is what the user allowed ("Allow", "Deny"), which only packaged programs ask for.
    ``unread`` names the times that are there and cannot be read.
    """

    key: str
    packaged: bool
    user: str | None
    began: datetime | None
    ended: datetime | None
    open_ended: bool
    source: str
    answer: str | None = None
    unread: tuple[str, ...] = ()

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
        entry = parse_entry(registry.values(path), path=path, packaged=packaged, user=user)
    except FileNotFoundError:
        return  # removed while we looked
    except PermissionError:
        gaps.append(_gap(path, Reason.DENIED, "Start camcheck as administrator to see it."))
        return
    if entry.unread:
        detail = (
            f"It names {entry.program}, and {' and '.join(entry.unread)} cannot be read: when that "
            "program used the camera is not known."
        )
        gaps.append(_gap(path, Reason.UNPARSED, detail))
    yield entry


def parse_entry(
    values: Mapping[str, Value], *, path: str, packaged: bool, user: str | None
) -> ConsentEntry:
    """What the values of one key say; a time of a form that is not known is named as unread."""
    began, ended = (_time(value_of(values, name)) for name in _TIMES)
    unread = tuple(
        name for name, time in zip(_TIMES, (began, ended), strict=True) if isinstance(time, _Unread)
    )
    # An end of 0 alone means nothing: never used programs have it too.
    open_ended = began is not None and _number(value_of(values, _TIMES[1])) == 0
    name = path.rpartition("\\")[2]
    said = value_of(values, "Value")
    return ConsentEntry(
        name,
        packaged,
        user,
        None if isinstance(began, _Unread) else began,
        None if isinstance(ended, _Unread) else ended,
        open_ended,
        path,
        said if isinstance(said, str) else None,
        unread,
    )


_TIMES = ("LastUsedTimeStart", "LastUsedTimeStop")


class _Unread:
    """A value that is there and is no time."""


def _time(value: Value) -> datetime | _Unread | None:
    number = _number(value)
    if number is None:
        return None if value is None else _Unread()
    try:
        return from_filetime(number)
    except (ValueError, OverflowError):
        return _Unread()


def _number(value: Value) -> int | None:
    """A time as a number, also where it was written in another type than Windows' own REG_QWORD.

    Tools that imitate a use write eight bytes (Atomic Red Team, T1125) or decimal digits.
    """
    match value:
        case int():
            return value
        case bytes() if len(value) == 8:
            return int.from_bytes(value, "little")
        case str() if value.isascii() and value.isdigit() and len(value) < 20:
            return int(value)
    return None


def switches(registry: Registry) -> tuple[Permission, ...]:
    """The master switches that are off: of the machine and of each user, for all programs or for
    those that came without Microsoft's store."""
    roots: list[tuple[str, str | None]] = [(MACHINE, None), *user_keys(registry)]
    found = []
    for root, user in roots:
        for below, program in (("", EVERY_PROGRAM), ("\\NonPackaged", "every desktop program")):
            path = f"{root}\\{STORE}{below}"
            try:
                said = value_of(registry.values(path), "Value")
            except (FileNotFoundError, PermissionError):
                continue  # a denied store is a gap of its entries already
            if isinstance(said, str) and said.casefold() == "deny":
                found.append(Permission(program, user, Permit.DENIED, None, path))
    return tuple(found)


def history(entries: Iterable[ConsentEntry]) -> tuple[CameraUse, ...]:
    """Past and present uses that the entries tell of (of each program only the last).

    Where only the end of a use can be read, that is the time when it was.
    """
    uses = set()
    for entry in entries:
        began = entry.began or entry.ended
        if began is not None:
            use = CameraUse(None, entry.program, entry.user, began, entry.ended, entry.source)
            uses.add(use)
    return tuple(sorted(uses, key=lambda use: (use.began, use.program, use.source)))


def without_repeats(
    noted: Iterable[CameraUse], earlier: Iterable[CameraUse]
) -> tuple[CameraUse, ...]:
    """The uses that the ConsentStore notes, and the earlier ones that are not among them."""
    found = list(noted)
    known = {(use.program.casefold(), use.began) for use in found}
    found += [use for use in earlier if (use.program.casefold(), use.began) not in known]
    return tuple(sorted(found, key=lambda use: (use.began, use.program)))


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
    if not entry.open_ended:
        return ()
    found = [
        process
        for process in processes
        if process.started is not None
        and (entry.began is None or process.started <= entry.began + _CLOCK_STEP)
        and belongs(process, entry)
    ]
    return tuple(sorted(found, key=lambda process: (process.started, process.pid)))


def belongs(process: Process, entry: ConsentEntry) -> bool:
    """Whether a process is of the program that an entry is about."""
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
