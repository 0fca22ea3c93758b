"""Looking again as administrator: our own interpreter, started by the system's own tool."""

import shlex
import sys
from shutil import which

from camcheck.collect import system
from camcheck.findings import Report
from camcheck.interpreter import is_single_file, own_command

_SCAN = ("scan", "--format", "json")

TOOLS = "/usr/bin:/bin:/run/wrappers/bin:/usr/local/bin"
"""Where administrators put sudo and pkexec. Not PATH: a folder in it can belong to anybody."""


def command() -> list[str] | None:
    """The fixed command that scans as root and writes JSON; None where no tool is there.

    Isolated (-I): neither variables nor the folder we are in decide what root runs. No shell.
    """
    tool = which("sudo", path=TOOLS) or which("pkexec", path=TOOLS)
    if tool is None or not sys.executable:
        return None
    return [tool, *own_command(*_SCAN, as_root=True)]


def command_of_window() -> tuple[str, ...] | None:
    """The same where the system asks in a window of its own: polkit, macOS, and UAC on Windows.

    On Windows nothing of it can be read from here, so it is the guided look, in its own window.
    The single file with the window cannot show that one: it has no console, and started without
    words it brings up the first window.
    """
    if not sys.executable:
        return None
    match system():
        case "win32":
            return None if is_single_file() else tuple(own_command(as_root=True))
        case "darwin":
            words = shlex.join(own_command(*_SCAN, as_root=True))
            quoted = words.replace("\\", "\\\\").replace('"', '\\"')
            script = f'do shell script "{quoted}" with administrator privileges'
            return ("/usr/bin/osascript", "-e", script)
        case _:
            tool = which("pkexec", path=TOOLS)
            return None if tool is None else (tool, *own_command(*_SCAN, as_root=True))


def look(words: list[str]) -> Report | None:
    """What root saw; None when it did not come to that. The tool asks for the password itself."""
    import subprocess

    from camcheck.errors import ReportError
    from camcheck.report.read import parse

    with subprocess.Popen(words, stdout=subprocess.PIPE) as child:  # noqa: S603 fixed words
        written = child.communicate()[0]
    if not written:
        return None
    try:
        return parse(written).report
    except ReportError:
        return None  # something else than our report came out
