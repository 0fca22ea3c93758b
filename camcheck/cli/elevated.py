"""Looking again as administrator: our own interpreter, started by the system's own tool."""

import sys
from shutil import which

from camcheck.findings import Report

TOOLS = "/usr/bin:/bin:/run/wrappers/bin:/usr/local/bin"
"""Where administrators put sudo and pkexec. Not PATH: a folder in it can belong to anybody."""


def command() -> list[str] | None:
    """The fixed command that scans as root and writes JSON; None where no tool is there.

    Isolated (-I): neither variables nor the folder we are in decide what root runs. No shell.
    """
    tool = which("sudo", path=TOOLS) or which("pkexec", path=TOOLS)
    if tool is None or not sys.executable:
        return None
    frozen = getattr(sys, "frozen", False)  # a single file is its own interpreter
    own = [sys.executable] if frozen else [sys.executable, "-I", "-m", "camcheck"]
    return [tool, *own, "scan", "--format", "json"]


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
