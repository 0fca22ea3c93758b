"""Which program a process runs, for grouping its uses and for the user's approval.

An interpreter is not the program: the script is. A name is never an identity.
"""

import re

from camcheck.model import Process

_INTERPRETERS = re.compile(
    r"(?:python|pypy|perl|ruby|node|deno|bun|java|php|lua|tclsh|wish|bash|dash|zsh|ksh|fish|sh|"
    r"mono|dotnet|guile|osascript|powershell|pwsh|wscript|cscript)[\d.]*(?:\.exe)?$",
    re.IGNORECASE,
)

Key = tuple[str | int | None, ...]


def program_key(process: Process | None) -> Key:
    """What makes two processes the same program for a person. None: nobody was named."""
    if process is None:
        return (None,)
    if process.exe is None and process.started is None:
        return ("?",)  # it ended before it could be described
    return process.exe or process.name, script(process), process.uid, process.container


def is_interpreter(exe: str) -> bool:
    """Whether this executable runs whatever it is given."""
    return _INTERPRETERS.match(base_name(exe)) is not None


def script(process: Process) -> str | None:
    """What an interpreter was given to run; None for any other program.

    Code from the command line (``-c``) or standard input is returned as the text of the arguments.
    """
    if process.exe is None or not is_interpreter(process.exe):
        return None
    for argument in process.cmdline[1:]:
        if argument in ("-c", "-e", "-m", "--eval", "-r"):
            break
        if not argument.startswith("-"):
            return argument
    return " ".join(process.cmdline[1:])[:1000]


def program_name(process: Process | None) -> str:
    """What to call it: the script with its interpreter, else the file that runs."""
    if process is None:
        return "a program that could not be named"
    if process.exe is None:
        return "a program that ended at once" if process.name == "?" else process.name
    given = script(process)
    return f"{base_name(given)} ({base_name(process.exe)})" if given else base_name(process.exe)


def base_name(path: str) -> str:
    """The last part of a path of any system."""
    return path.rpartition("/")[2].rpartition("\\")[2] or path
