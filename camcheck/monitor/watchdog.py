"""Signs of life for systemd, which ends and restarts a service that gives none (sd_notify(3))."""

import os
import socket

_UNIX: int = getattr(socket, "AF_UNIX", -1)


def tell_systemd(state: str) -> bool:
    """Sends a state (``READY=1``, ``WATCHDOG=1``); False where systemd did not ask for any."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if path[:1] not in ("/", "@"):
        return False
    address = f"\0{path[1:]}" if path[0] == "@" else path
    try:
        with socket.socket(_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(0)  # a busy manager must not stop the monitor
            sender.sendto(state.encode(), address)
    except OSError:
        return False
    return True
