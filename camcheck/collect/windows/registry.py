"""The registry as camcheck asks it, live; a hive from a disk answers the same questions.

A path begins with ``HKLM`` or ``HKU``. Reading asks for the 64-bit view, so that a 32-bit Python
sees what the system itself sees.
"""

import importlib
from collections.abc import Mapping
from typing import Any, Protocol

Value = str | int | bytes | tuple[str, ...] | None

MACHINE = "HKLM"
USERS = "HKU"


class Registry(Protocol):
    """Both raise FileNotFoundError for a key that is not there, PermissionError when denied."""

    def subkeys(self, path: str) -> tuple[str, ...]: ...

    def values(self, path: str) -> dict[str, Value]: ...


class LiveRegistry:
    """The registry of the running system, read by winreg."""

    def __init__(self) -> None:
        # Looked up by name: the module exists on Windows only, this file is imported everywhere.
        self._winreg: Any = importlib.import_module("winreg")

    def subkeys(self, path: str) -> tuple[str, ...]:
        with self._open(path) as key:
            return tuple(name for name in self._all(self._winreg.EnumKey, key))

    def values(self, path: str) -> dict[str, Value]:
        with self._open(path) as key:
            return {name: _plain(data) for name, data, _ in self._all(self._winreg.EnumValue, key)}

    def _open(self, path: str) -> Any:
        root, _, rest = path.partition("\\")
        hive = {
            MACHINE: self._winreg.HKEY_LOCAL_MACHINE,
            USERS: self._winreg.HKEY_USERS,
        }[root]
        return self._winreg.OpenKey(
            hive, rest, 0, self._winreg.KEY_READ | self._winreg.KEY_WOW64_64KEY
        )

    def _all(self, ask: Any, key: Any) -> list[Any]:
        found: list[Any] = []
        while True:
            try:
                found.append(ask(key, len(found)))
            except OSError as error:
                if getattr(error, "winerror", None) == _NO_MORE_ITEMS:
                    return found
                raise


_NO_MORE_ITEMS = 259


def _plain(data: Any) -> Value:
    return tuple(data) if isinstance(data, list) else data


def value_of(values: Mapping[str, Value], name: str) -> Value:
    """The value of that name, whatever its case, as Windows reads it; None where there is none."""
    if name in values:
        return values[name]
    wanted = name.casefold()
    return next((data for known, data in values.items() if known.casefold() == wanted), None)


def user_keys(registry: Registry) -> tuple[tuple[str, str], ...]:
    """The users' hives that are loaded now: key and name of each (``HKU\\S-1-5-21-...``, "bob")."""
    names = registry.subkeys(USERS)
    # .DEFAULT is another name for S-1-5-18, and *_Classes are parts of the hives before them.
    sids = [name for name in names if name != ".DEFAULT" and not name.endswith("_Classes")]
    return tuple((f"{USERS}\\{sid}", user_name(registry, sid)) for sid in sids)


_KNOWN = {
    "S-1-5-18": "SYSTEM",
    "S-1-5-19": "LOCAL SERVICE",
    "S-1-5-20": "NETWORK SERVICE",
}


def user_name(registry: Registry, sid: str) -> str:
    """The name of the profile folder of a security identifier, or the identifier itself."""
    if sid in _KNOWN:
        return _KNOWN[sid]
    path = rf"{MACHINE}\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList\{sid}"
    try:
        folder = value_of(registry.values(path), "ProfileImagePath")
    except (FileNotFoundError, PermissionError):
        return sid
    return folder.rstrip("\\").rpartition("\\")[2] if isinstance(folder, str) else sid
