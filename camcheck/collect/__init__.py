"""Facts from this machine: the only code that touches the operating system."""

import sys
from collections.abc import Callable, Container

from camcheck.collect.files import Wanted
from camcheck.collect.system import System
from camcheck.errors import UnsupportedSystemError
from camcheck.model import Camera, CameraPrint, CameraUse, Gap, Presence, Process, Snapshot
from camcheck.typed import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from camcheck.collect.watch import Watch

_Seen = TypeVar("_Seen")


def this_system() -> System:
    """The system that camcheck runs on. Loads no other; raises UnsupportedSystemError."""
    if sys.platform == "linux":
        from camcheck.collect.linux.system import Linux

        return Linux()
    if sys.platform == "win32":
        from camcheck.collect.windows.system import Windows

        return Windows()
    if sys.platform == "darwin":
        from camcheck.collect.macos.system import MacOS

        return MacOS()
    raise UnsupportedSystemError(
        f"camcheck cannot look at this system ({sys.platform}); it knows Linux, Windows and macOS."
    )


def watched(look: Callable[[], _Seen]) -> _Seen:
    """What ``look`` returns or raises; on Linux it ends, whatever it looks at.

    There a child process makes it, so it changes nothing here.
    """
    return this_system().watched(look)


def in_time(look: Callable[[], _Seen], subject: str) -> _Seen:
    """What ``look`` returns or raises; TimeoutError where its subject never answers (Linux)."""
    return this_system().in_time(look, subject)


def collect(*, probe: bool = False, selftest_record: str | None = None) -> Snapshot:
    """Looks at this machine once; ``probe`` allows to open cameras for a moment (Linux only).

    ``selftest_record`` is the file of what self-tests showed of the witnesses (Linux only). Raises
    UnsupportedSystemError where there is no collector, as all of these do.
    """
    system = this_system()
    return system.watched(lambda: system.collect(probe=probe, selftest_record=selftest_record))


def look_for(snapshot: Snapshot, wanted: Wanted) -> Snapshot:
    """The snapshot with what rules want: what starts by itself, files, settings, digests."""
    return this_system().look_for(snapshot, wanted)


def camera_prints(cameras: tuple[Camera, ...]) -> tuple[CameraPrint, ...]:
    """What the cameras say of themselves; on Linux only."""
    return this_system().camera_prints(cameras)


def open_watch() -> "Watch":
    """A watch on the cameras over time: events where the system has them, else looking often."""
    return this_system().open_watch()


def presence() -> tuple[Presence, ...]:
    """What speaks for or against somebody being at the machine; nothing where it is not known."""
    return this_system().presence()


def past_uses() -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
    """Uses of cameras that the system itself has noted, and what of that could not be read."""
    return this_system().past_uses()


def system_of_notes() -> str:
    """The system (`Host.system`) that notes uses of cameras by itself; empty where it does not."""
    return this_system().notes


def system() -> str:
    """Python's name for this system (linux, darwin, win32): it decides how services are made."""
    return this_system().name


def unproven_code(process: Process, *, known: Container[str]) -> tuple[str, ...] | None:
    """Files that a process runs code from and that nobody vouches for; None: it cannot be seen."""
    return this_system().unproven_code(process, known=known)


def proves_script(process: Process, script: str, *, sha256: str) -> bool:
    """Whether it is the system's own word that an interpreter runs this script."""
    return this_system().proves_script(process, script, sha256=sha256)
