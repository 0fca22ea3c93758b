"""Programs that the user has approved, by identity: what the file holds, never what it is called.

A program is recognised by the digest of its executable, or, so that updates need no new approval,
by its path together with the installed package that owns it. For an interpreter it is the script
that is approved. A program that something odd was done to (deleted, memory only, traced) is not
recognised, nor one that runs code from files that nobody vouches for: what cannot be proven by what
the kernel itself records is not approved.
"""

import json
import os
import stat
from collections.abc import Callable

from camcheck.collect import proves_script, unproven_code
from camcheck.collect.identity import contents, is_unchanged, package, running_file
from camcheck.errors import HistoryError, MonitorError, ReportError
from camcheck.fact import NamedTuple
from camcheck.history.store import History
from camcheck.interpreter import changeable_by
from camcheck.model import ExeState, Process
from camcheck.program import is_interpreter
from camcheck.serial import from_plain, to_plain

_BESIDE = 2000  # files in a program's folder that are looked at for what belongs to it


class Approval(NamedTuple):
    """An approved program. ``package`` None: it came with no package, the digest decides.

    ``script`` and ``script_sha256`` are what an interpreter has to run. ``libraries`` are the
    digests of the programs and libraries in the program's folder, where others than root could
    change that.
    """

    path: str
    sha256: str
    size: int
    package: str | None = None
    script: str | None = None
    script_sha256: str | None = None
    libraries: tuple[str, ...] = ()


def approval_of(path: str, script: str | None = None) -> Approval:
    """What is needed to recognise the program at ``path``. Raises MonitorError."""
    found = contents(path)
    if found is None:
        raise MonitorError(f"{path} is no file that can be read; give the full path of a program.")
    if is_interpreter(path) and script is None:
        raise MonitorError(
            f"{path} runs whatever it is given, so approving it would approve everything. Approve "
            f"one script: camcheck allow {path} --script SCRIPT"
        )
    if script is None:
        return Approval(path, *found, package(path), libraries=_libraries(path))
    inside = contents(script)
    if inside is None:
        raise MonitorError(f"{script} is no file that can be read; give the full path of a script.")
    return Approval(path, *found, package(path), script, inside.sha256)


def approvals(history: History) -> list[tuple[int, Approval]]:
    """All approvals with their numbers. Raises HistoryError when one cannot be understood."""
    try:
        return [
            (number, from_plain(Approval, json.loads(body), where="approval"))
            for number, body in history.approvals()
        ]
    except (ReportError, ValueError) as error:
        raise HistoryError(f"{history.path} holds an approval that is damaged: {error}") from error


def approve(history: History, approval: Approval) -> None:
    """Stores it."""
    history.approve(json.dumps(to_plain(approval), sort_keys=True))


def recogniser(history: History) -> Callable[[Process | None], bool]:
    """Tells whether a process is an approved program, by the approvals of that moment."""

    def is_approved(process: Process | None) -> bool:
        return process is not None and any(matches(one, process) for one in _known(history))

    return is_approved


def _known(history: History) -> list[Approval]:
    """What is approved; nothing where that cannot be read: told too much rather than too little."""
    try:
        return [approval for _, approval in approvals(history)]
    except HistoryError:
        return []


def was_approved(history: History) -> Callable[[Process | None], bool]:
    """Tells whether a process of the past ran what is an approved program still.

    Its number may belong to another process by now, so only its file counts, and no script: which
    one an interpreter ran, nothing proves any more.
    """

    def was(process: Process | None) -> bool:
        if process is None:
            return False
        gone = process._replace(pid=0)
        return any(
            one.script is None and _is_as_it_was(gone) and _is_approved_file(one, gone)
            for one in _known(history)
        )

    return was


def matches(approval: Approval, process: Process) -> bool:
    """Whether the process is the approved program, and nothing odd was done to it."""
    if not _is_as_it_was(process) or not _runs_script(approval, process):
        return False
    if not _is_approved_file(approval, process):
        return False
    return unproven_code(process, known={approval.sha256, *approval.libraries}) == ()


def _is_as_it_was(process: Process) -> bool:
    """Whether it runs the file of its name, and nobody put anything into it that shows."""
    if process.exe is None or process.exe_state is not ExeState.PRESENT or "exe" in process.unknown:
        return False
    return not process.preload and not process.tracer_pid


def _is_approved_file(approval: Approval, process: Process) -> bool:
    """Whether the executable is the approved one."""
    if approval.package and process.exe == approval.path and is_unchanged(process):
        return package(process.exe or "") == approval.package
    path = running_file(process)
    found = contents(path) if path else None
    return found is not None and found.sha256 == approval.sha256


def _runs_script(approval: Approval, process: Process) -> bool:
    """Whether an interpreter runs the approved script: its arguments and the kernel say so."""
    if not is_interpreter(process.exe or ""):
        return approval.script is None
    if approval.script is None or len(process.cmdline) < 2 or process.cmdline[1] != approval.script:
        return False
    return proves_script(process, approval.script, sha256=approval.script_sha256 or "")


def _libraries(path: str) -> tuple[str, ...]:
    """Digests of the machine code (ELF) in the program's folder and below, unless all is root's."""
    if os.name != "posix" or changeable_by(path) is None:
        return ()
    found: set[str] = set()
    looked = 0
    for folder, _, names in os.walk(os.path.dirname(path)):
        for name in names:
            looked += 1
            if looked > _BESIDE:
                return tuple(sorted(found))
            file = os.path.join(folder, name)
            if file != path and _is_machine_code(file) and (one := contents(file)):
                found.add(one.sha256)
    return tuple(sorted(found))


def _is_machine_code(path: str) -> bool:
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return False
        with open(path, "rb") as file:
            return file.read(4) == b"\x7fELF"
    except OSError:
        return False
