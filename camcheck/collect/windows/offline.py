"""Registry hives taken from a disk, read on any system: past camera use and what started itself.

The hives are read by regipy (extra ``camcheck[offline]``). Nothing is written, neither into the
hives nor beside them.
"""

import os
import struct
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any, TypeVar

from camcheck.collect.windows.consent import (
    history,
    permissions,
    read_consent,
    switches,
    without_repeats,
)
from camcheck.collect.windows.persistence import registry_entries
from camcheck.collect.windows.registry import MACHINE, USERS, Registry, Value, user_keys, value_of
from camcheck.collect.windows.usage_database import earlier_uses
from camcheck.collect.windows.wanted import find_registry
from camcheck.errors import OfflineError
from camcheck.model import Fact, Gap, Host, Reason, Snapshot

_NOT_ON_A_DISK = (*(Fact.CAMERAS, Fact.PROCESSES, Fact.HOLDERS, Fact.CAPTURE, Fact.INDICATORS),)
_WINDOWS = rf"{MACHINE}\SOFTWARE\Microsoft\Windows NT\CurrentVersion"

Answer = TypeVar("Answer")


def collect_offline(paths: Iterable[str], *, wanted: Iterable[str] = ()) -> Snapshot:
    """The facts in these hives (NTUSER.DAT of any users, SOFTWARE, SYSTEM), each known by content.

    A CapabilityAccessManager.db among them is read as well. ``wanted`` are the registry keys and
    values that rules ask for. What only a running system can tell is a gap. Raises OfflineError for
    a file that is neither.
    """
    began = datetime.now(UTC)
    registry = HiveRegistry()
    databases = []
    for path in map(os.path.abspath, paths):
        if _is_database(path):
            databases.append(path)
        else:
            registry.mount(path)
    earlier = [earlier_uses(path, registry) for path in databases]
    entries, gaps = read_consent(registry)
    persistence, missed = registry_entries(registry)
    artifacts, _ = find_registry(wanted, registry, user_keys(registry))
    return Snapshot(
        host=_host(registry),
        started_at=began,
        finished_at=datetime.now(UTC),
        elevated=False,
        offline=True,
        persistence=persistence,
        artifacts=artifacts,
        permissions=tuple(sorted({*permissions(entries), *switches(registry)}, key=str)),
        history=without_repeats(history(entries), [use for uses, _ in earlier for use in uses]),
        gaps=tuple(
            sorted(
                {
                    *(gap for _, lost in earlier for gap in lost),
                    *(*gaps, *missed, *registry.gaps(), *_not_asked(registry)),
                }
            )
        ),
    )


def _is_database(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False  # read as a hive it is refused with its reason


_CURRENT = "CurrentControlSet"
_SQLITE = b"SQLite format 3\0"


def _host(registry: Registry) -> Host:
    try:
        values = registry.values(_WINDOWS)
    except FileNotFoundError:
        values = {}
    release = str(value_of(values, "ProductName") or "")
    return Host("windows", release, str(value_of(values, "CurrentBuild") or ""), "", "from a disk")


def _not_asked(registry: "HiveRegistry") -> list[Gap]:
    detail = "A disk does not tell what happens now; scan the running computer for that."
    gaps = [Gap(fact, "the running system", Reason.NOT_ASKED, detail) for fact in _NOT_ON_A_DISK]
    given = registry.mounted()
    wanted = {
        rf"{MACHINE}\SOFTWARE": "SOFTWARE: the machine's programs and what starts with it",
        rf"{MACHINE}\SYSTEM": "SYSTEM: the services that start with the machine",
        USERS: "NTUSER.DAT: a user's programs and what starts when that user logs on",
    }
    for place, what in wanted.items():
        if not any(root.startswith(place) for root in given):
            detail = f"This hive was not given; it has {what.partition(': ')[2]}."
            name = what.partition(":")[0]
            gaps.append(Gap(Fact.PERSISTENCE, name, Reason.NOT_ASKED, detail))
    return gaps


class HiveRegistry:
    """Hives in the places where Windows loads them. What is damaged is left out, and remembered."""

    def __init__(self) -> None:
        self._hives: dict[str, tuple[str, Any]] = {}
        self._gaps: set[Gap] = set()

    def mount(self, path: str) -> None:
        """Adds a hive where its content belongs. Raises OfflineError."""
        hive = _opened(path)
        place = self._place(hive, path)
        self._hives[place] = (path, hive)
        header = hive.header
        if header.primary_sequence_num != header.secondary_sequence_num:
            detail = (
                "Windows had not finished writing this hive; the last changes are in the .LOG1 and "
                ".LOG2 files beside it, which camcheck does not read."
            )
            self._gaps.add(Gap(Fact.HISTORY, path, Reason.UNSUPPORTED, detail))

    def mounted(self) -> tuple[str, ...]:
        return tuple(self._hives)

    def gaps(self) -> tuple[Gap, ...]:
        return tuple(sorted(self._gaps))

    def subkeys(self, path: str) -> tuple[str, ...]:
        if path == USERS:
            places = (place.partition("\\") for place in self._hives)
            return tuple(sorted(name for root, _, name in places if root == USERS))
        return self._asked(path, lambda key: tuple(one.name for one in key.iter_subkeys()))

    def values(self, path: str) -> dict[str, Value]:
        return self._asked(path, _values)

    def _asked(self, path: str, ask: Callable[[Any], Answer]) -> Answer:
        asked = f"{path}\\".casefold()  # names in a registry have no case
        place = next(
            (root for root in self._hives if asked.startswith(f"{root}\\".casefold())), None
        )
        if place is None:
            raise FileNotFoundError(path)
        file, hive = self._hives[place]
        rest = path[len(place) :].lstrip("\\")
        try:
            if rest.casefold().startswith(_CURRENT.casefold()):
                rest = _control_set(hive) + rest[len(_CURRENT) :]
            return ask(_key(hive, rest))
        except _damage() as error:
            detail = f"This part of the hive is damaged ({type(error).__name__}) and was not read."
            self._gaps.add(Gap(Fact.HISTORY, f"{file}: {rest}", Reason.UNPARSED, detail))
            raise FileNotFoundError(path) from error

    def _place(self, hive: Any, path: str) -> str:
        names = {name.casefold() for name in _subkey_names(hive)}
        if "controlset001" in names or "select" in names:
            return rf"{MACHINE}\SYSTEM"
        if "software" in names or "volatile environment" in names:
            folder = os.path.basename(os.path.dirname(os.path.abspath(path))) or "user"
            taken = sum(place.startswith(USERS) for place in self._hives)
            user = folder if f"{USERS}\\{folder}" not in self._hives else f"{folder} ({taken + 1})"
            return f"{USERS}\\{user}"
        if "microsoft" in names:
            return rf"{MACHINE}\SOFTWARE"
        raise OfflineError(
            f"{path} is a registry hive, but neither NTUSER.DAT, SOFTWARE nor SYSTEM."
        )


def _opened(path: str) -> Any:
    import logging

    try:
        library = import_module("regipy.registry")
    except ImportError:
        text = "Reading hives needs the extra: pip install 'camcheck[offline]'."
        raise OfflineError(text) from None

    # What regipy finds odd becomes a gap here; its own words must not reach the user's screen.
    logging.getLogger("regipy").propagate = False
    logging.getLogger("regipy").addHandler(logging.NullHandler())
    try:
        return library.RegistryHive(path)
    except OSError as error:
        raise OfflineError(f"{path} cannot be read: {error.strerror}.") from error
    except _damage() as error:
        raise OfflineError(f"{path} is no registry hive, or a damaged one.") from error


def _damage() -> tuple[type[Exception], ...]:
    """What regipy raises over bytes that are no hive, as found by changing bytes of a good one."""
    return (
        import_module("construct").ConstructError,
        import_module("regipy.exceptions").RegipyException,
        *(ValueError, TypeError, AttributeError, LookupError),
        *(OverflowError, RecursionError, MemoryError, StopIteration, struct.error),
    )


def _key(hive: Any, path: str) -> Any:
    key = hive.root
    for name in filter(None, path.split("\\")):
        if not key.subkey_count:
            raise FileNotFoundError(path)
        key = key.get_subkey(name, raise_on_missing=False)
        if key is None:
            raise FileNotFoundError(path)
    return key


def _subkey_names(hive: Any) -> list[str]:
    try:
        return [key.name for key in hive.root.iter_subkeys()]
    except _damage():
        return []  # then it is none of the hives that camcheck reads


def _control_set(hive: Any) -> str:
    try:
        current = value_of(_values(_key(hive, "Select")), "Current")
    except FileNotFoundError:
        current = None
    return f"ControlSet{current if isinstance(current, int) else 1:03d}"


def _values(key: Any) -> dict[str, Value]:
    found = {value.name: value for value in key.iter_values(trim_values=False)}
    # The library ends its list at a damaged value without a word.
    if len(found) < (key.values_count or 0) or any(one.is_corrupted for one in found.values()):
        raise ValueError("a damaged value")
    return {name: _plain(value.value) for name, value in found.items()}


def _plain(data: Any) -> Value:
    if isinstance(data, list):
        return tuple(str(item) for item in data)
    return data if isinstance(data, str | int | bytes) else None
