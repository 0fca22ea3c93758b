"""Programs that the user has approved, by identity: what the file holds, never what it is called.

A program is recognised by the digest of its executable, or, so that updates need no new approval,
by its path together with the installed package that owns it. For an interpreter it is the script
that is approved. A program that something odd was done to (deleted, memory only, traced, with a
library forced into it) is not recognised.
"""

import json
from collections.abc import Callable
from typing import NamedTuple

from camcheck.collect.identity import contents, is_unchanged, package, running_file
from camcheck.errors import HistoryError, MonitorError, ReportError
from camcheck.history.store import History
from camcheck.model import ExeState, Process
from camcheck.program import is_interpreter
from camcheck.serial import from_plain, to_plain


class Approval(NamedTuple):
    """An approved program. ``package`` None: it came with no package, the digest decides.

    ``script`` and ``script_sha256`` are what an interpreter has to run.
    """

    path: str
    sha256: str
    size: int
    package: str | None = None
    script: str | None = None
    script_sha256: str | None = None


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
        return Approval(path, *found, package(path))
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
        try:
            known = [approval for _, approval in approvals(history)]
        except HistoryError:
            return False  # told too much rather than too little
        return process is not None and any(matches(approval, process) for approval in known)

    return is_approved


def was_approved(history: History) -> Callable[[Process | None], bool]:
    """Tells whether a process of the past ran what is an approved program still.

    Its number may belong to another process by now, so only its file counts.
    """
    is_approved = recogniser(history)

    def was(process: Process | None) -> bool:
        return process is not None and is_approved(process._replace(pid=0))

    return was


def matches(approval: Approval, process: Process) -> bool:
    """Whether the process is the approved program, and nothing odd was done to it."""
    if process.exe is None or process.exe_state is not ExeState.PRESENT or "exe" in process.unknown:
        return False
    if process.preload or process.tracer_pid or not _runs_script(approval, process):
        return False
    if approval.package and process.exe == approval.path and is_unchanged(process):
        return package(process.exe) == approval.package
    path = running_file(process)
    found = contents(path) if path else None
    return found is not None and found.sha256 == approval.sha256


def _runs_script(approval: Approval, process: Process) -> bool:
    """Whether an interpreter runs the approved script and got no other code to run before it."""
    if not is_interpreter(process.exe or ""):
        return approval.script is None
    if approval.script is None or len(process.cmdline) < 2 or process.cmdline[1] != approval.script:
        return False
    found = contents(approval.script)
    return found is not None and found.sha256 == approval.script_sha256
