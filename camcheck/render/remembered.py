"""What the system itself has noted of camera use, told apart from what camcheck saw."""

from datetime import datetime

from camcheck.duration import duration
from camcheck.model import CameraUse

_LIMITS = {
    "Windows": "It keeps the last use of each program (Windows 11 those of some 30 days); programs "
    "can erase theirs, so an empty list does not prove that the camera was not used.",
    "macOS": "Its log was asked about the last hour; it names programs, not cameras.",
}


def system_name(system: str) -> str:
    """What people call a system (``Host.system``)."""
    return {"windows": "Windows", "macos": "macOS"}.get(system.lower(), "the system")


def limits(system: str) -> str:
    """What the notes of a system are worth, in a sentence or two."""
    return _LIMITS.get(system_name(system), "")


def sentence(use: CameraUse) -> str:
    """Who, for how long; the system seldom notes which camera."""
    # An application's name has no folders, a path of any system has.
    name = use.program.replace("\\", "/").rpartition("/")[2] or use.program
    text = f"{name} used {use.camera or 'a camera'}"
    if use.ended is None:
        text += "; no end is noted: it was still using it, or it crashed"
    elif use.ended >= use.began:
        text += f" for {duration((use.ended - use.began).total_seconds())}"
    return f"{text} (user {use.user})" if use.user else text


def origin(use: CameraUse) -> str:
    """Where it is noted, in short: the report's data has the whole path."""
    path = use.source.replace("\\", "/")
    return "ConsentStore" if "/ConsentStore/" in path else path.rpartition("/")[2]


def within(
    uses: tuple[CameraUse, ...], *, since: datetime, camera: str | None = None
) -> tuple[CameraUse, ...]:
    """Uses that went on after ``since`` or may have, of that camera or of one not noted."""
    return tuple(
        use
        for use in uses
        if (use.ended is None or use.ended >= since)
        and (camera is None or use.camera is None or use.camera == camera)
    )
