"""Facts from this machine: the only code that touches the operating system."""

import sys
from typing import TYPE_CHECKING

from camcheck.collect.files import Wanted
from camcheck.errors import UnsupportedSystemError
from camcheck.model import Camera, CameraPrint, CameraUse, Gap, Presence, Snapshot

if TYPE_CHECKING:
    from camcheck.collect.watch import Watch


def collect(*, probe: bool = False, calibration: str | None = None) -> Snapshot:
    """Looks at this machine once; ``probe`` allows to open cameras for a moment (Linux only).

    ``calibration`` is the file of what self-tests showed of the witnesses (Linux only). Raises
    UnsupportedSystemError where there is no collector.
    """
    if sys.platform == "linux":
        from camcheck.collect import linux

        return linux.collect(probe=probe, calibration=calibration)
    if sys.platform == "win32":
        from camcheck.collect import windows

        return windows.collect()
    if sys.platform == "darwin":
        from camcheck.collect import macos

        return macos.collect()
    raise UnsupportedSystemError(
        f"camcheck cannot look at this system ({sys.platform}); it knows Linux, Windows and macOS."
    )


def camera_prints(cameras: tuple[Camera, ...]) -> tuple[CameraPrint, ...]:
    """What the cameras say of themselves. Raises UnsupportedSystemError where nothing tells it."""
    if sys.platform == "linux":
        from camcheck.collect.linux.prints import camera_prints as look

        return look(cameras)
    raise UnsupportedSystemError(
        "What a camera says of itself is read on Linux only, so it can be remembered there only."
    )


def open_watch() -> "Watch":
    """Eyes on the cameras over time: events where the system has them, else looking often."""
    if sys.platform == "linux":
        from camcheck.collect.linux.watch.watch import LinuxWatch

        return LinuxWatch()
    if sys.platform == "win32":
        from camcheck.collect.windows.watch import windows_watch

        return windows_watch()
    if sys.platform == "darwin":
        from camcheck.collect.macos.watch import macos_watch

        return macos_watch()
    from camcheck.collect.watch import PollingWatch

    return PollingWatch()


def presence() -> tuple[Presence, ...]:
    """What speaks for or against somebody being at the machine; nothing where it is not known."""
    if sys.platform == "linux":
        from camcheck.collect.linux.desktop.presence import collect_presence

        return collect_presence()
    return ()


def past_uses() -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
    """Uses of cameras that the system itself has noted, and what of that could not be read.

    Nothing on Linux, which notes none.
    """
    if sys.platform == "win32":
        from camcheck.collect import windows

        return windows.past_uses()
    if sys.platform == "darwin":
        from camcheck.collect import macos

        return macos.past_uses()
    return (), ()


def system_of_notes() -> str:
    """The system (`Host.system`) that notes uses of cameras by itself; empty where it does not."""
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, "")


def system() -> str:
    """Python's name for this system (linux, darwin, win32): it tells how services are made."""
    return sys.platform


def look_for(snapshot: Snapshot, wanted: Wanted) -> Snapshot:
    """The snapshot with what rules want: what starts by itself, files, settings, digests."""
    if sys.platform == "linux":
        from camcheck.collect.linux.traces.look import with_traces
    elif sys.platform == "win32":
        from camcheck.collect.windows.traces import with_traces
    else:
        from camcheck.collect.macos.traces import with_traces
    return with_traces(snapshot, wanted)
