"""Whether anybody is at the machine: desktop sessions from logind, the lid from ACPI.

Sources: org.freedesktop.login1(5) for LockedHint and IdleHint, which the desktop sets;
drivers/acpi/button.c for /proc/acpi/button/lid.
"""

import os

from camcheck.collect.linux.kernel.system import Roots, read_optional
from camcheck.model import Presence

_LOGINCTL = ("/usr/bin/loginctl", "/bin/loginctl")
_PROPERTIES = "--property=Name,Type,Active,LockedHint,IdleHint"
_PATIENCE = 2.0  # seconds that logind may take
_GRAPHICAL = ("x11", "wayland", "mir")


def collect_presence(roots: Roots | None = None) -> tuple[Presence, ...]:
    """The active graphical sessions and the lid; nothing where neither is known."""
    roots = roots or Roots()
    return tuple(sorted([*_sessions(roots), *_lids(roots)], key=_order))


def _order(presence: Presence) -> tuple[str, str]:
    return presence.source, presence.user or ""


def _sessions(roots: Roots) -> list[Presence]:
    try:
        ids = [name for name in os.listdir(f"{roots.run}/systemd/sessions") if name.isalnum()]
    except OSError:
        return []
    program = next((path for path in _LOGINCTL if os.path.exists(path)), None)
    if program is None or not ids:
        return []
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 a fixed path, and names that logind made
            [program, "show-session", _PROPERTIES, *sorted(ids)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            env={"LC_ALL": "C"},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return parse_sessions(done.stdout)


def parse_sessions(text: str) -> list[Presence]:
    """The active graphical sessions of the output of loginctl show-session."""
    found = []
    for block in text.split("\n\n"):
        values = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        if values.get("Type") in _GRAPHICAL and values.get("Active") == "yes":
            locked, idle = values.get("LockedHint"), values.get("IdleHint")
            found.append(
                Presence(values.get("Name", "?"), _truth(locked), _truth(idle), None, "logind")
            )
    return found


def _truth(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


def _lids(roots: Roots) -> list[Presence]:
    base = f"{roots.proc}/acpi/button/lid"
    try:
        names = sorted(os.listdir(base))
    except OSError:
        return []  # no lid, or a kernel without that file
    found = []
    for name in names:
        state = (read_optional(f"{base}/{name}/state") or "").rpartition(":")[2].strip()
        closed = {"open": False, "closed": True}.get(state)
        found.append(Presence(None, None, None, closed, f"{base}/{name}/state"))
    return found
