"""Started by a double-click: a window of its own, and a page in the browser instead of text."""

import ctypes
import os
import sys

from camcheck.findings import Report

_MOST = 8


def is_clicked() -> bool:
    """Whether a double-click started us, as far as that can be told; never on Linux."""
    from camcheck.collect import system

    match system():
        case "win32":
            return _owns_console()
        case "darwin":
            return _is_from_finder()
        case _:
            return False


def _owns_console() -> bool:
    """Whether nobody else uses our console: from a shell the shell would be in the list, too.

    GetConsoleProcessList (Windows console API). A single file (PyInstaller) is two processes: one
    unpacks and waits for the other.
    """
    windows = getattr(ctypes, "windll", None)
    if windows is None:
        return False
    found = windows.kernel32.GetConsoleProcessList((ctypes.c_uint32 * _MOST)(), _MOST)
    return 1 <= int(found) <= (2 if getattr(sys, "frozen", False) else 1)


def _is_from_finder() -> bool:
    """Whether Finder started this single file: as an application, or in a Terminal of its own.

    An application gets its name from launchd (XPC_SERVICE_NAME application.…) and no terminal. For
    a program file Finder opens a Terminal, whose login shell runs the whole path from the home
    folder. Not tried on a real Mac.
    """
    if not getattr(sys, "frozen", False):
        return False
    if os.environ.get("XPC_SERVICE_NAME", "").startswith("application.") and not _has_terminal():
        return True
    return (
        os.environ.get("TERM_PROGRAM") == "Apple_Terminal"
        and os.environ.get("SHLVL", "1") == "1"
        and os.path.isabs(sys.argv[0])
        and len(sys.argv) == 1
        and os.path.realpath(os.getcwd()) == os.path.realpath(os.path.expanduser("~"))
    )


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def open_page(report: Report) -> str:
    """Writes the page into a new folder that only this user can read, opens it; returns its path.

    Raises OutputError.
    """
    import tempfile
    import webbrowser
    from pathlib import Path

    from camcheck.report.write import write_report

    path = os.path.join(tempfile.mkdtemp(prefix="camcheck-"), "camcheck.html")
    write_report(report, path)
    webbrowser.open(Path(path).as_uri())
    return path
