"""Which program a process runs, whose it is, and who vouches for it.

An interpreter is not the program: the script is. A name is never an identity.
"""

import re

from camcheck.model import ExeState, Holder, Process, ProcessId, Snapshot
from camcheck.terms import Whose

_INTERPRETERS = (  # compiled when the first program is asked about, not at every start
    r"(?:python|pypy|perl|ruby|node|deno|bun|java|php|lua|tclsh|wish|bash|dash|zsh|ksh|fish|sh|"
    r"mono|dotnet|guile|osascript|powershell|pwsh|wscript|cscript)[\d.]*(?:\.exe)?$"
)

_SERVICES = frozenset({"system", "local service", "network service"})  # accounts of Windows
_FIRST_PERSON = 1000  # login.defs(5): UID_MIN
_LAST_PERSON = 60_000  # login.defs(5): UID_MAX; above are containers' and systemd's own accounts
_FIRST_MAC = 500  # macOS gives people numbers from 501

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
    return re.match(_INTERPRETERS, base_name(exe), re.IGNORECASE) is not None


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


def program_file(process: Process) -> str | None:
    """The file that is the program for a person: the script, where an interpreter runs one."""
    given = script(process)
    return given if given is not None and given in process.cmdline[1:] else process.exe


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


def whose(snapshot: Snapshot, process: Process) -> Whose:
    """Whose program it is. Who asked as root without saying who they are owns nothing by that."""
    if process.user is None and process.uid is None:
        return Whose.UNKNOWN
    if _is_same(process.user, snapshot.asker):
        return Whose.YOURS
    if process.uid is None:  # Windows
        return Whose.SERVICE if is_service_account(process) else Whose.ANOTHER
    if process.uid == 0:
        return Whose.SERVICE if process.unit else Whose.ADMINISTRATOR
    mac = snapshot.host.system.lower() in ("macos", "darwin")
    if process.uid < (_FIRST_MAC if mac else _FIRST_PERSON) or process.uid > _LAST_PERSON:
        return Whose.SERVICE
    return Whose.ANOTHER


def is_service_account(process: Process) -> bool:
    """Whether it runs under one of the accounts that Windows has for its services."""
    name = (process.user or "").rpartition("\\")[2].lower()
    return process.uid is None and name in _SERVICES


def _is_same(user: str | None, asker: str | None) -> bool:
    """Whether two names are one account; Windows puts the domain before it."""
    if not user or not asker:
        return False
    return user.casefold() == asker.casefold() or (
        user.rpartition("\\")[2].casefold() == asker.rpartition("\\")[2].casefold()
    )


def claimed(process: Process) -> str | None:
    """What a program says that it is: its control group's name, which any user can choose."""
    if process.application is None or process.uid is None:
        return None
    return f"app {process.application}"


def origin(process: Process, approved: tuple[str, ...] = ()) -> str | None:
    """Who vouches for the program: its package, its signer, or the user; None: nobody.

    A path in a file system view of the process's own proves nothing about this machine's packages,
    and nobody vouches for a program that another's code was put into, or that is controlled or
    hidden.
    """
    if process.exe in approved:
        return "you approved it"
    if process.preload or process.tracer_pid or process.concealed:
        return None
    if script(process) is not None:
        return None  # the interpreter's package does not vouch for what it runs
    if process.exe_state in (ExeState.PRESENT, ExeState.REPLACED) and process.package:
        return f"package {process.package}"
    if process.application and process.uid is None:  # Windows: a folder that is the system's
        return f"app {process.application}"
    return f"signed by {process.signer}" if process.signer else None


def born_with(snapshot: Snapshot) -> dict[tuple[str, ProcessId], ProcessId]:
    """Processes that merely were born with a camera open, by camera, and whose open file it is.

    It is one opening, so it is told once. Who does more with the camera than to have it (a
    mapping, an opening of its own) stands for itself, and so does one whose parent is not found.
    """
    held: dict[tuple[str, ProcessId], list[Holder]] = {}
    for holder in snapshot.holders:
        held.setdefault((holder.camera, holder.process), []).append(holder)
    if not any(holder.inherited for holder in snapshot.holders):
        return {}
    parents = {process.id: process.ppid or 0 for process in snapshot.processes}
    by_pid = {process.pid: process.id for process in snapshot.processes}
    found = {}
    for (camera, identity), ways in held.items():
        if not all(way.inherited for way in ways):
            continue
        at, seen = by_pid.get(parents.get(identity, 0)), set()
        while at and at not in seen:
            seen.add(at)
            if any(not way.inherited for way in held.get((camera, at), [])):
                found[camera, identity] = at
                break
            at = by_pid.get(parents[at])
    return found
