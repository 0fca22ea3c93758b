"""An agent of launchd (launchd.plist(5)); for all users it is an agent of every login."""

import os
import plistlib

from camcheck.monitor.service import Plan
from camcheck.privilege import own_uid

LABEL = "org.camcheck.monitor"
_ALL, _OWN = "/Library/LaunchAgents", "Library/LaunchAgents"


def plan(command: tuple[str, ...], *, for_all: bool) -> Plan:
    """The property list, and the commands that make launchd load it."""
    folder = _ALL if for_all else os.path.join(os.path.expanduser("~"), _OWN)
    path = os.path.join(folder, f"{LABEL}.plist")
    domain = f"gui/{own_uid() or 0}"
    return Plan(
        name=LABEL,
        files=((path, agent(command)),),
        # As root there is no desktop to start it in: it starts at the next login of everybody.
        start=() if for_all else (("/bin/launchctl", "bootstrap", domain, path),),
        stop=() if for_all else (("/bin/launchctl", "bootout", f"{domain}/{LABEL}"),),
        ask=("/bin/launchctl", "print", f"{domain}/{LABEL}"),
    )


def agent(command: tuple[str, ...]) -> str:
    """The property list: started at login, and again whenever it ends."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "KeepAlive": True,
            "ProcessType": "Background",
            "LowPriorityIO": True,
            "Umask": 0o077,
        }
    ).decode()
