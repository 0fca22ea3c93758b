"""A snapshot's facts as Sigma events, with unknown kept apart from absent."""

from collections.abc import Callable, Iterable, Iterator

from camcheck.model import (
    Artifact,
    ArtifactKind,
    Fact,
    Holder,
    PersistenceEntry,
    Process,
    ProcessId,
    Snapshot,
)
from camcheck.signatures.expression import UNKNOWN, Unknown, Value
from camcheck.signatures.field import PROCESS_SOURCE
from camcheck.typed import Any

_DEPTH = 12
"""Ancestors looked at; deeper trees are loops or attempts to be one."""


_LAUNCHERS = frozenset(
    {"sh", "ash", "bash", "dash", "zsh", "fish", "ksh", "busybox", "env", "setsid", "nohup", "sudo"}
)


class FieldEvent:
    """An event whose fields are computed when a rule first asks for them."""

    __slots__ = ("_known", "_lowered", "fact")

    def __init__(self, fact: Any) -> None:
        self.fact = fact
        self._known: dict[str, Value | Unknown] = {}
        self._lowered: dict[str, Value | Unknown] = {}

    def get(self, field: str) -> Value | Unknown:
        if field not in self._known:
            self._known[field] = self.read(field)
        return self._known[field]

    def lowered(self, field: str) -> Value | Unknown:
        if field not in self._lowered:
            value = self.get(field)
            if isinstance(value, str):
                value = value.casefold()
            elif isinstance(value, tuple):
                value = tuple(one.casefold() if isinstance(one, str) else one for one in value)
            self._lowered[field] = value
        return self._lowered[field]

    def read(self, field: str) -> Value | Unknown:
        raise NotImplementedError


class PlainEvent(FieldEvent):
    """An event with ready values: a rule's test, a file, a persistence entry, a registry value."""

    __slots__ = ("_values",)

    def __init__(self, fact: Any, values: dict[str, Any]) -> None:
        super().__init__(fact)
        self._values = values

    def read(self, field: str) -> Value | Unknown:
        value = self._values.get(field)
        if field == "Script":
            return _script(tuple(str(self._values.get("CommandLine") or "").split()), None)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, list | tuple):
            return tuple(map(str, value))
        return value if value is None or isinstance(value, str | Unknown) else str(value)


class Family:
    """All processes, so that one can ask for parents and for cameras held."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.of_pid = {process.pid: process for process in snapshot.processes}
        self.holding = {holder.process for holder in snapshot.holders}
        self.holders_complete = not any(gap.fact is Fact.HOLDERS for gap in snapshot.gaps)
        self._system_drive = _system_drive(snapshot.processes)

    def on_system_drive(self, process: Process) -> Value | Unknown:
        """Whether a program lies on the drive that Windows itself runs from."""
        drive = _drive(process.exe)
        if drive is None or self._system_drive is None:
            return UNKNOWN
        return "true" if drive == self._system_drive else "false"

    def parent(self, process: Process) -> Process | Unknown | None:
        """The parent; None for a process that has none, unknown when it is not there."""
        if process.ppid == 0:
            return None
        if process.ppid is None or process.ppid == process.pid:
            return UNKNOWN
        return self.of_pid.get(process.ppid, UNKNOWN)

    def ancestor_images(self, process: Process) -> Iterator[str | Unknown]:
        """The executables of the parent, its parent and so on, as far as they are known."""
        parent = self.parent(process)
        for _ in range(_DEPTH):
            if parent is None:
                return
            if isinstance(parent, Unknown):
                yield UNKNOWN
                return
            image = _of_process(parent, "Image")
            if isinstance(image, str | Unknown):
                yield image
            parent = self.parent(parent)

    def inherits(self, process: Process, holder: Holder) -> bool:
        """Whether it was merely born with the camera open: a program opened it, no shell did.

        A shell opens nothing for itself: what it starts with an open file is who uses it.
        """
        images = list(self.ancestor_images(process))
        return holder.inherited and not any(
            isinstance(image, str) and image.rpartition("/")[2] in _LAUNCHERS
            for image in images[:1]
        )

    def holds_camera(self, process: ProcessId) -> Value | Unknown:
        if process in self.holding:
            return "true"
        return "false" if self.holders_complete else UNKNOWN


def _system_drive(processes: Iterable[Process]) -> str | None:
    """The drive of the oldest program in a folder of Windows: later ones may only imitate it."""
    found = [
        one
        for one in processes
        if one.started is not None and (one.exe or "").casefold()[1:].startswith(_SYSTEM32)
    ]
    return _drive(min(found, key=lambda one: (one.started, one.pid)).exe) if found else None


_SYSTEM32 = ":\\windows\\system32\\"


def _drive(path: str | None) -> str | None:
    return path[0].casefold() if path and path[1:2] == ":" else None


class ProcessEvent(FieldEvent):
    """A running process, with what it holds where the event is about a camera."""

    __slots__ = ("_family", "_holder")

    def __init__(self, process: Process, family: Family, holder: Holder | None = None) -> None:
        super().__init__(process)
        self._family = family
        self._holder = holder

    def read(self, field: str) -> Value | Unknown:
        if field in _OF_PROCESS:
            return _of_process(self.fact, field)
        if field == "AncestorImage":
            return tuple(self._family.ancestor_images(self.fact))
        if field == "OnSystemDrive":
            return self._family.on_system_drive(self.fact)
        if field == "HoldsCamera":
            return self._family.holds_camera(self.fact.id)
        if self._holder is not None and field in _OF_HOLDER:
            return _OF_HOLDER[field](self._holder)
        if self._holder is not None and field == "CameraInherited":
            return "true" if self._family.inherits(self.fact, self._holder) else "false"
        parent = self._family.parent(self.fact)
        if not isinstance(parent, Process):
            return parent
        return _of_process(parent, field.removeprefix("Parent"))


_OF_HOLDER: dict[str, Callable[[Holder], str | None]] = {
    "Camera": lambda holder: holder.camera,
    "CameraVia": lambda holder: holder.via.value,
    "CameraNode": lambda holder: holder.node,
    "CameraAccess": lambda holder: holder.access,
}


def _of_process(process: Process, field: str) -> Value | Unknown:
    if PROCESS_SOURCE.get(field) in process.unknown:
        return UNKNOWN
    value = _OF_PROCESS[field](process)
    return UNKNOWN if value is None and field in _DETAILS else value


_DETAILS = frozenset(
    """
    CurrentDirectory IntegrityLevel OriginalFileName Company Signer Package Unit Container
    Application Preload
    """.split()  # noqa: SIM905  names are easier to read as text
)
"""Collectors ask for these only where it is worth the price, so that None may mean not asked."""


def _script(cmdline: tuple[str, ...], cwd: str | None) -> str | None:
    """What an interpreter was told to run: a path, "-c" or "-m module"; None: nothing.

    Options that take a value (Python's -W and -X, Node's -r) take the next word with them.
    """
    words = iter(cmdline[1:])
    for word in words:
        if word in ("-c", "-e", "--eval", "-"):
            return word
        if word == "-m":
            return f"-m {next(words, '')}"
        if word in ("-W", "-X", "-r", "--require"):
            next(words, None)
        elif not word.startswith("-"):
            absolute = word.startswith("/") or word[1:2] == ":" or not cwd
            return word if absolute else f"{cwd}/{word}"
    return None


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


def _hashes(process: Process) -> Value | Unknown:
    return f"SHA256={process.sha256.upper()}" if process.sha256 else UNKNOWN


_OF_PROCESS: dict[str, Callable[[Process], Value | Unknown]] = {
    "Image": lambda one: one.exe and one.exe.removeprefix("\\\\?\\"),
    "CommandLine": lambda one: " ".join(one.cmdline) or None,
    "ProcessName": lambda one: one.name,
    "ProcessId": lambda one: str(one.pid),
    "ParentProcessId": lambda one: _number(one.ppid),
    "CurrentDirectory": lambda one: one.cwd,
    "User": lambda one: one.user,
    "IntegrityLevel": lambda one: one.integrity,
    "Hashes": _hashes,
    "sha256": lambda one: one.sha256 or UNKNOWN,
    "OriginalFileName": lambda one: one.original_name,
    "Company": lambda one: one.company,
    "Signer": lambda one: one.signer,
    "ExeState": lambda one: one.exe_state,
    "KernelThread": lambda one: "true" if one.kernel_thread else "false",
    "Package": lambda one: one.package,
    "Unit": lambda one: one.unit,
    "Container": lambda one: one.container,
    "Application": lambda one: one.application,
    "Preload": lambda one: tuple(lib for lib in one.preload if not one.brings(lib)) or None,
    "AppImage": lambda one: one.appimage,
    "Script": lambda one: _script(one.cmdline, one.cwd),
}


def process_events(snapshot: Snapshot, family: Family) -> list[ProcessEvent]:
    """One event per running process."""
    return [ProcessEvent(process, family) for process in snapshot.processes]


def camera_events(snapshot: Snapshot, family: Family) -> list[ProcessEvent]:
    """One event per process, camera and way of holding. A holder that is not among the processes
    (it belongs to another user) has only unknown fields."""
    everyone = {process.id: process for process in snapshot.processes}
    return [
        ProcessEvent(everyone.get(holder.process) or _stranger(holder), family, holder)
        for holder in snapshot.holders
    ]


def _stranger(holder: Holder) -> Process:
    unknown = tuple({*PROCESS_SOURCE.values(), "kernel_thread"})
    return Process(holder.pid, holder.started, "", unknown=unknown)


def use_events(snapshot: Snapshot) -> list[PlainEvent]:
    """One event per noted use of a camera by a program that does not hold one now."""
    holding = {holder.process for holder in snapshot.holders}
    now = {(one.exe or "").casefold() for one in snapshot.processes if one.id in holding}
    return [
        PlainEvent(use, {"Image": use.program, "User": use.user, "Source": use.source})
        for use in snapshot.history
        if use.program.casefold() not in now
    ]


def persistence_events(snapshot: Snapshot) -> list[PlainEvent]:
    """One event per program that starts by itself."""
    return [PlainEvent(entry, _persistence(entry)) for entry in snapshot.persistence]


def _persistence(entry: PersistenceEntry) -> dict[str, Any]:
    return {
        "Kind": entry.kind,
        "TargetFilename": entry.path,
        "Name": entry.name,
        "CommandLine": entry.command or None,
        "User": entry.user,
    }


def file_events(snapshot: Snapshot) -> list[PlainEvent]:
    """One event per file that rules asked for and that is there, and per persistence file."""
    found = [
        PlainEvent(
            one,
            {
                "TargetFilename": one.path,
                "User": one.user,
                "Size": one.size,
                "sha256": one.sha256 or UNKNOWN,
                "Hashes": f"SHA256={one.sha256.upper()}" if one.sha256 else UNKNOWN,
            },
        )
        for one in snapshot.artifacts
        if one.kind is ArtifactKind.FILE
    ]
    unread = {"Size": UNKNOWN, "sha256": UNKNOWN, "Hashes": UNKNOWN}
    started = [
        PlainEvent(entry, {"TargetFilename": entry.path, "User": entry.user, **unread})
        for entry in snapshot.persistence
        if not entry.path.startswith("HK")
    ]
    return found + started


def registry_events(snapshot: Snapshot) -> list[PlainEvent]:
    """One event per registry key or value that rules asked for, and per Run key and service."""
    found = [
        PlainEvent(one, _registry(one))
        for one in snapshot.artifacts
        if one.kind is ArtifactKind.REGISTRY
    ]
    started = [
        PlainEvent(entry, _started_from_registry(entry))
        for entry in snapshot.persistence
        if entry.path.startswith("HK")
    ]
    return found + started


def _registry(one: Artifact) -> dict[str, Any]:
    return {"TargetObject": one.path, "Details": one.value, "User": one.user}


def _started_from_registry(entry: PersistenceEntry) -> dict[str, Any]:
    named = entry.path.casefold().endswith("\\" + entry.name.casefold())
    path = entry.path if named else f"{entry.path}\\{entry.name}"
    return {"TargetObject": path, "Details": entry.command or None, "User": entry.user}
