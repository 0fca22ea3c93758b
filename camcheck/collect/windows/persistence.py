"""What starts by itself on Windows: Run keys, logon values, services, tasks and startup folders."""

import os
from collections.abc import Iterator
from xml.etree import ElementTree

from camcheck.collect.windows.registry import MACHINE, Registry, Value, user_keys, value_of
from camcheck.collect.windows.shortcut import shortcut_commands
from camcheck.model import Fact, Gap, PersistenceEntry, Reason

_CURRENT = r"SOFTWARE\Microsoft\Windows\CurrentVersion"
_RUN_KEYS = (
    rf"{_CURRENT}\Run",
    rf"{_CURRENT}\RunOnce",
    rf"{_CURRENT}\Policies\Explorer\Run",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Run",
    r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\RunOnce",
)
_LOGON_KEYS = {
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon": ("Shell", "Userinit"),
    r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows": ("AppInit_DLLs", "Load", "Run"),
}
_SERVICES = rf"{MACHINE}\SYSTEM\CurrentControlSet\Services"
_AUTOMATIC = (0, 1, 2)
"""Start values of services that begin with the system: boot, system, automatic (winsvc.h)."""

_TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def registry_entries(registry: Registry) -> tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]:
    """Run keys, logon values and automatic services, of the machine and of every loaded user."""
    entries: list[PersistenceEntry] = []
    gaps: list[Gap] = []
    roots: list[tuple[str, str, str | None]] = [(MACHINE, MACHINE, None)]
    # A user's own part of the registry is known by that name, whosoever looks at it.
    roots += [(key, "HKCU", name) for key, name in user_keys(registry)]
    for root, shown, user in roots:
        for key in _RUN_KEYS:
            values = _values(registry, f"{root}\\{key}", gaps)
            entries += run_entries(values, path=f"{shown}\\{key}", user=user)
        for key, names in _LOGON_KEYS.items():
            values = _values(registry, f"{root}\\{key}", gaps)
            lower = {name.casefold() for name in names}
            wanted = {name: data for name, data in values.items() if name.casefold() in lower}
            entries += run_entries(wanted, path=f"{shown}\\{key}", user=user, kind="winlogon")
    entries += _services(registry, gaps)
    return tuple(sorted(set(entries), key=str)), tuple(gaps)


def _values(registry: Registry, path: str, gaps: list[Gap]) -> dict[str, Value]:
    try:
        return registry.values(path)
    except FileNotFoundError:
        return {}
    except PermissionError:
        gaps.append(_denied(path))
        return {}


def _denied(subject: str) -> Gap:
    detail = "What starts by itself from there was not seen. Start camcheck as administrator."
    return Gap(Fact.PERSISTENCE, subject, Reason.DENIED, detail)


def run_entries(
    values: dict[str, Value], *, path: str, user: str | None, kind: str = "run-key"
) -> list[PersistenceEntry]:
    """One entry for each non-empty text value."""
    return [
        PersistenceEntry(kind, path, name, data, user)
        for name, data in values.items()
        if isinstance(data, str) and data.strip()
    ]


def _services(registry: Registry, gaps: list[Gap]) -> Iterator[PersistenceEntry]:
    try:
        names = registry.subkeys(_SERVICES)
    except FileNotFoundError:
        return
    except PermissionError:
        gaps.append(_denied(_SERVICES))
        return
    for name in names:
        path = f"{_SERVICES}\\{name}"
        values = _values(registry, path, gaps)
        command = value_of(values, "ImagePath")
        if value_of(values, "Start") not in _AUTOMATIC or not isinstance(command, str):
            continue
        account = value_of(values, "ObjectName")
        user = account if isinstance(account, str) else None
        kind = "driver" if value_of(values, "Type") in (1, 2) else "service"
        yield PersistenceEntry(kind, path, name, command, user)


def startup_folders(*, users: str, program_data: str) -> tuple[tuple[str, str | None], ...]:
    """The startup folder of the machine and of every profile, with whose it is."""
    programs = os.path.join("Microsoft", "Windows", "Start Menu", "Programs", "Startup")
    folders: list[tuple[str, str | None]] = [(os.path.join(program_data, programs), None)]
    try:
        names = sorted(os.listdir(users))
    except (FileNotFoundError, PermissionError):
        names = []
    folders += [(os.path.join(users, name, "AppData", "Roaming", programs), name) for name in names]
    return tuple(folders)


def startup_entries(
    folders: tuple[tuple[str, str | None], ...],
) -> tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]:
    """One entry for each file; what a shortcut leads to is its command where it can be read."""
    entries: list[PersistenceEntry] = []
    gaps: list[Gap] = []
    for folder, user in folders:
        try:
            names = sorted(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError:
            gaps.append(_denied(folder))
            continue
        for name in names:
            path = os.path.join(folder, name)
            if name.casefold() != "desktop.ini":
                entries += [
                    PersistenceEntry("startup-folder", path, name, command, user)
                    for command in _commands(path)
                ]
    return tuple(entries), tuple(gaps)


def _commands(path: str) -> tuple[str, ...]:
    """What a file in a startup folder runs: itself, or what the shortcut leads to."""
    if not path.casefold().endswith(".lnk"):
        return (path,)
    try:
        with open(path, "rb") as file:
            return shortcut_commands(file.read(65536)) or (path,)
    except OSError:
        return (path,)


def parse_task(text: str, *, name: str) -> tuple[PersistenceEntry, ...]:
    """What a task runs, from its XML; ValueError when it is none.

    A document type could hold entity bombs and has no business in a task, so it is refused.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("a task definition with a document type")
    try:
        task = ElementTree.fromstring(text)  # noqa: S314 - entities are refused above
    except ElementTree.ParseError as error:
        raise ValueError(f"no task definition: {error}") from error
    if (task.findtext(f"{_TASK}Settings/{_TASK}Enabled") or "true").casefold() == "false":
        return ()
    user = task.findtext(f"{_TASK}Principals/{_TASK}Principal/{_TASK}UserId")
    found = []
    for action in task.iterfind(f"{_TASK}Actions/{_TASK}Exec"):
        words = (action.findtext(f"{_TASK}Command"), action.findtext(f"{_TASK}Arguments"))
        command = " ".join(filter(None, words))
        if command:
            found.append(PersistenceEntry("scheduled-task", name, name, command, user))
    return tuple(found)


def task_entries(folder: str) -> tuple[tuple[PersistenceEntry, ...], tuple[Gap, ...]]:
    """The tasks below ``System32\\Tasks``, one UTF-16 file each; administrators may list it."""
    entries: list[PersistenceEntry] = []
    gaps: list[Gap] = []
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            children = sorted(os.scandir(here), key=lambda child: child.name)
        except FileNotFoundError:
            if here == folder:
                detail = "The folder of scheduled tasks is not there; tasks were not looked at."
                gaps.append(Gap(Fact.PERSISTENCE, folder, Reason.MISSING, detail))
            continue
        except PermissionError:
            gaps.append(_denied(here))
            continue
        for child in children:
            if child.is_dir(follow_symlinks=False):
                waiting.append(child.path)
                continue
            name = os.path.relpath(child.path, folder)
            try:
                with open(child.path, "rb") as file:
                    entries += parse_task(decode_task(file.read(_TASK_SIZE)), name=name)
            except FileNotFoundError:
                continue  # removed while we looked
            except PermissionError:
                gaps.append(_denied(child.path))
            except ValueError as error:
                gaps.append(Gap(Fact.PERSISTENCE, child.path, Reason.UNPARSED, str(error)))
    return tuple(sorted(entries, key=str)), tuple(gaps)


_TASK_SIZE = 1 << 20


def decode_task(data: bytes) -> str:
    """The text of a task file without its XML declaration, whose encoding no longer applies."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16" if wide else "utf-8-sig", "replace").lstrip()
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]
    return text
