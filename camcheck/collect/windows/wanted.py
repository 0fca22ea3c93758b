"""Registry keys, values and files of a Windows machine that rules ask for."""

import os
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from camcheck.collect.files import Home, find_files
from camcheck.collect.windows.registry import Registry
from camcheck.model import Artifact, ArtifactKind, Fact, Gap, Reason


def find_registry(
    templates: Iterable[str], registry: Registry, users: Iterable[tuple[str, str]]
) -> tuple[tuple[Artifact, ...], tuple[Gap, ...]]:
    """The keys and values that templates name. ``users`` are hives (``HKU\\S-1-...``) and names.

    A template that begins with ``HKCU`` is looked up for every user, and found by that name.
    """
    found: set[Artifact] = set()
    denied: set[str] = set()
    hives = tuple(users)
    for template in templates:
        root, *parts = template.split("\\")
        starts = hives if root == "HKCU" else ((root, ""),)
        for start, user in starts:
            try:
                for path, value in _expanded(registry, start, parts):
                    shown = root + path.removeprefix(start)
                    found.add(Artifact(ArtifactKind.REGISTRY, shown, value, user=user or None))
            except PermissionError:
                denied.add(template)
    gaps = []
    if denied:
        detail = "Whether settings of known spying programs are there was not seen."
        gaps.append(Gap(Fact.SIGNATURES, ", ".join(sorted(denied)), Reason.DENIED, detail))
    return tuple(sorted(found, key=lambda one: (one.path, one.value or ""))), tuple(gaps)


def _expanded(registry: Registry, start: str, parts: list[str]) -> Iterator[tuple[str, str | None]]:
    """Existing paths below a key: of keys (no value) and of values (with their data)."""
    part, *rest = parts
    try:
        keys = [part] if _is_plain(part) else registry.subkeys(start)
        for key in keys:
            if fnmatchcase(key.casefold(), part.casefold()) or key == part:
                path = f"{start}\\{key}"
                if rest:
                    yield from _expanded(registry, path, rest)
                elif _exists(registry, path):
                    yield path, None
        if not rest:
            for name, data in registry.values(start).items():
                if name.casefold() == part.casefold() or _fits(name, part):
                    yield f"{start}\\{name}", str(data)
    except FileNotFoundError:
        return


def _is_plain(part: str) -> bool:
    return "*" not in part and "?" not in part


def _fits(name: str, part: str) -> bool:
    return not _is_plain(part) and fnmatchcase(name.casefold(), part.casefold())


def _exists(registry: Registry, path: str) -> bool:
    try:
        registry.values(path)
    except FileNotFoundError:
        return False
    return True


_OF_A_HOME = {
    "%APPDATA%": "AppData/Roaming",
    "%LOCALAPPDATA%": "AppData/Local",
    "%TEMP%": "AppData/Local/Temp",
}


def find_windows_files(
    templates: Iterable[str], *, users: str, program_data: str, windows: str
) -> tuple[tuple[Artifact, ...], tuple[Gap, ...]]:
    """The files that templates name, in the folders of Windows and of all profiles in ``users``."""
    shared = {"%PROGRAMDATA%": program_data, "%WINDIR%": windows}
    artifacts: list[Artifact] = []
    gaps: list[Gap] = []
    for template in templates:
        first, _, rest = template.replace("\\", "/").partition("/")
        if first in shared or first.endswith(":"):
            start = shared.get(first, first + "/")
            found, missed = find_files([f"/{rest}"], (), root=start)
        else:
            inside = _OF_A_HOME.get(first)
            path = f"~/{inside}/{rest}" if inside else f"~/{rest}"
            found, missed = find_files([path], _profiles(users))
        artifacts += found
        gaps += missed
    return tuple(artifacts), tuple(gaps)


def _profiles(users: str) -> tuple[Home, ...]:
    try:
        names = sorted(os.listdir(users))
    except OSError:
        return ()
    return tuple(Home(os.path.join(users, name), name) for name in names)
