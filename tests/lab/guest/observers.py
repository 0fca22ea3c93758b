"""What camcheck and ordinary tools say about the cameras, for the record."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from . import warm
from .people import start_as

# Of a report: the processes of the whole machine would fill megabytes.
KEPT = ("verdict", "answer", "elevated", "cameras", "holders", "findings", "gaps")
VIEWERS = ("root", "confined", "alice", "bob")
TOOL_ENDS_WITHIN = 60.0  # seconds; a process can keep it for ever
_PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def camcheck(*, started: bool) -> dict[str, dict[str, Any]]:
    """One `camcheck scan` of each viewer, side by side: status, report, complaints.

    ``started``: as programs that start, which only matters for what is put into such.
    """
    words = ("scan", "--format", "json")
    ended = _started(words) if started else warm.ask(VIEWERS, *words)
    return {
        viewer: {
            "status": status,
            "report": kept(said, KEPT),
            "stderr": complained[-2000:],
        }
        for viewer, (status, said, complained) in ended.items()
    }


def kept(said: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """What matters of the report that was written; nothing of what is none."""
    try:
        report = json.loads(said)
    except ValueError:
        return {}
    return {key: report[key] for key in keys if key in report}


def _started(words: tuple[str, ...]) -> dict[str, warm.Ended]:
    scans = {viewer: start_as(viewer, ["camcheck", *words], **_PIPES) for viewer in VIEWERS}
    with ThreadPoolExecutor(len(scans)) as pool:
        told = dict(zip(scans, pool.map(_told, scans.values()), strict=True))
    return {viewer: (scan.returncode, *told[viewer]) for viewer, scan in scans.items()}


def _told(scan: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return scan.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        scan.kill()
        return scan.communicate()


def lsof(nodes: list[str]) -> list[int]:
    """The processes that `lsof NODE...` finds, as root."""
    return _pids(["lsof", "-w", "-t", *nodes])


def fuser(nodes: list[str]) -> list[int]:
    """The processes that `fuser NODE...` finds, as root."""
    return _pids(["fuser", *nodes])


def _pids(command: list[str]) -> list[int]:
    """What a tool prints; nothing from one that does not end."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=TOOL_ENDS_WITHIN
        )
    except subprocess.TimeoutExpired:
        return []
    return [int(pid) for pid in done.stdout.split()]


def psutil_open_files(pid: int, nodes: list[str]) -> bool:
    """Whether psutil's open_files() of the process names one of the nodes, as root."""
    import psutil

    try:
        return any(opened.path in nodes for opened in psutil.Process(pid).open_files())
    except (psutil.Error, FileNotFoundError):
        return False


def is_pointed_to() -> bool:
    """Whether this kernel tells root which descriptors are worth a look, by each of its lists."""
    from camcheck.collect.linux.kernel.lists import KernelLists
    from camcheck.collect.linux.kernel.system import Roots

    with KernelLists(Roots()) as lists:
        told = lists.open_files([], 0), lists.every_file([], 0), lists.sockets_with_files()
    return None not in told


def references(driver: str) -> int:
    """How many open files a driver counts."""
    return int(Path(f"/sys/module/{driver}/refcnt").read_text(encoding="ascii"))
