"""Running programs where psutil lists them (Windows, macOS), and what is asked of each."""

from collections.abc import Callable, Iterable
from typing import Any

from camcheck.model import Fact, Gap, Process, Reason

NAMES = {"username": "user", "create_time": "started"}
"""Our names for psutil's, where they differ."""


def list_processes(
    describe: Callable[[Any], Process], *, advice: str
) -> tuple[tuple[Process, ...], tuple[Gap, ...]]:
    """Every process, and one gap that counts those whose program could not be read.

    ``advice`` says what would help against that.
    """
    import psutil

    found: list[Process] = []
    for process in psutil.process_iter():
        try:
            found.append(describe(process))
        except psutil.NoSuchProcess:
            continue  # it ended while we looked
    unread = [process for process in found if "exe" in process.unknown]
    gaps: tuple[Gap, ...] = ()
    if unread:
        detail = f"Their programs could not be read. {advice}"
        gaps = (Gap(Fact.PROCESSES, f"{len(unread)} processes", Reason.DENIED, detail),)
    return tuple(sorted(found, key=lambda process: process.pid)), gaps


def ask(
    process: Any, fields: Iterable[str], *, denied: tuple[type[Exception], ...]
) -> tuple[dict[str, Any], list[str]]:
    """What psutil answers to each field, and our names of those that it was ``denied``."""
    said: dict[str, Any] = {}
    unknown: list[str] = []
    for field in fields:
        try:
            said[field] = getattr(process, field)()
        except denied:
            unknown.append(NAMES.get(field, field))
    return said, unknown


def with_signers(
    processes: Iterable[Process], *, pids: frozenset[int], sign: Callable[[Process], Process]
) -> tuple[tuple[Process, ...], tuple[Gap, ...]]:
    """The same processes, those in ``pids`` with the signer of their program.

    ``sign`` raises OSError where the signature cannot be checked.
    """
    answers: list[Process] = []
    gaps: list[Gap] = []
    for process in processes:
        if process.pid not in pids or process.exe is None:
            answers.append(process)
            continue
        try:
            answers.append(sign(process))
        except OSError as error:
            answers.append(process)
            detail = f"Its signature could not be checked: {error.strerror or error}."
            gaps.append(Gap(Fact.PROCESSES, process.exe, Reason.FAILED, detail))
    return tuple(answers), tuple(gaps)
