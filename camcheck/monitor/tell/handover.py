"""Where the window of a login listens, so that its own notification can open it by a click.

POSIX only: a socket in the folder of the login (XDG_RUNTIME_DIR), which is that user's alone.
"""

import json
import os
import socket
import stat

from camcheck.privilege import own_uid

SOCKET = "window"
MOST = 64 * 1024
"""Bytes of a request."""
DONE = b"ok\n"


def hand_over(data: dict[str, object], folder: str | None = None, *, patience: float = 8.0) -> bool:
    """Gives a notification to the window; whether that has shown it.

    ``patience`` is in seconds: the window starts a process for it.
    """
    base = os.environ.get("XDG_RUNTIME_DIR", "") if folder is None else folder
    path = os.path.join(base, "camcheck", SOCKET) if folder is None else os.path.join(base, SOCKET)
    family = getattr(socket, "AF_UNIX", None)
    if not base or family is None or not _is_own(path):
        return False
    try:
        with socket.socket(family, socket.SOCK_STREAM) as window:
            window.settimeout(patience)
            window.connect(path)
            window.sendall(json.dumps({"tell": data}).encode() + b"\n")
            return window.recv(len(DONE)) == DONE
    except (OSError, ValueError):
        return False


def _is_own(path: str) -> bool:
    """Whether it is a socket of this account."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISSOCK(found.st_mode) and found.st_uid == own_uid()
