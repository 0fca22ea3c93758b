"""Parts of Windows that look at the camera for ordinary reasons, told by where they are installed.

Only folders that need administrator rights to write to count: a program may call itself anything.
"""

import os

from camcheck.known_programs import FRAME_SERVER, part_of_windows
from camcheck.model import Process


def role(process: Process) -> str | None:
    """What part of Windows a process is, in a sentence; None for everything else."""
    exe = (process.exe or "").casefold()
    folder = exe.rpartition("\\")[0]
    # Anybody may make a folder Windows on another drive. Windows sets this variable itself.
    windows = os.environ.get("SYSTEMROOT", r"C:\Windows")
    if folder != f"{windows}\\System32".casefold():
        return None
    known = part_of_windows(process)
    return f"{known.name}: {known.role}" if known else None


def is_frame_server(process: Process) -> bool:
    """Whether a process is the service that reads cameras on behalf of its clients."""
    return role(process) is not None and part_of_windows(process) is FRAME_SERVER
