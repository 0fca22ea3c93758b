"""The sign at login: an entry where each system keeps what starts with the desktop.

Linux: Desktop Application Autostart Specification. macOS: launchd.plist(5). Windows: the Run key
of the user (learn.microsoft.com, "Run and RunOnce Registry Keys").
"""

import os
import plistlib

from PySide6.QtCore import QSettings

from camcheck.collect import system
from camcheck.errors import MonitorError

_NAME, _LABEL = "camcheck", "org.camcheck.window"
_RUN = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"


def is_started() -> bool:
    """Whether the sign is shown at login."""
    if system() == "win32":
        return bool(_run_key().contains(_NAME))
    return os.path.lexists(_path())


def start(words: tuple[str, ...]) -> None:
    """Shows it from the next login on. Raises MonitorError."""
    if system() == "win32":
        import subprocess

        _run_key().setValue(_NAME, subprocess.list2cmdline(words))
        return
    path, text = _path(), _agent(words) if system() == "darwin" else entry(words)
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.islink(path):
            os.unlink(path)  # another's file is not written through it
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise MonitorError(f"{path} could not be written: {error.strerror}.") from error


def stop() -> None:
    """No more. Raises MonitorError."""
    if system() == "win32":
        _run_key().remove(_NAME)
        return
    path = _path()
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise MonitorError(f"{path} could not be removed: {error.strerror}.") from error


def entry(words: tuple[str, ...]) -> str:
    """The file of the desktop (Desktop Entry Specification)."""
    command = " ".join(map(_quoted, words))
    lines = ("Type=Application", "Name=camcheck", f"Exec={command}", "Terminal=false")
    return "\n".join(("[Desktop Entry]", *lines, "X-GNOME-Autostart-enabled=true", ""))


def _quoted(word: str) -> str:
    """One argument of Exec: in quotes, with what acts in them escaped, once for each reader."""
    inside = "".join(f"\\{char}" if char in '"`$\\' else char for char in word)
    return f'"{inside}"'.replace("\\", "\\\\").replace("%", "%%")


def _agent(words: tuple[str, ...]) -> str:
    facts = {"Label": _LABEL, "ProgramArguments": list(words), "RunAtLoad": True}
    return plistlib.dumps(facts).decode()


def _path() -> str:
    home = os.path.expanduser("~")
    if system() == "darwin":
        return os.path.join(home, "Library/LaunchAgents", f"{_LABEL}.plist")
    base = os.environ.get("XDG_CONFIG_HOME", "").strip() or os.path.join(home, ".config")
    return os.path.join(base, "autostart", f"{_LABEL}.desktop")


def _run_key() -> QSettings:
    return QSettings(_RUN, QSettings.Format.NativeFormat)
