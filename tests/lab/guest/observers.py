"""What camcheck and ordinary tools say about the cameras, for the record."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .people import start_as

# Of a report: the processes of the whole machine would fill megabytes.
KEPT = ("verdict", "answer", "elevated", "cameras", "holders", "findings", "gaps")
VIEWERS = ("root", "confined", "alice", "bob")
TOOL_ENDS_WITHIN = 60.0  # seconds; a process can keep it for ever
_PIPES = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def camcheck() -> dict[str, dict[str, Any]]:
    """One `camcheck scan` of each viewer, side by side: status, report, complaints, seconds."""
    command = ["camcheck", "scan", "--format", "json"]
    with ThreadPoolExecutor(len(VIEWERS)) as pool:
        answers = pool.map(lambda viewer: _finish(start_as(viewer, command, **_PIPES)), VIEWERS)
        return dict(zip(VIEWERS, answers, strict=True))


def _finish(scan: subprocess.Popen[str]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        said, complained = scan.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        scan.kill()
        said, complained = scan.communicate()
    try:
        report = json.loads(said)
    except ValueError:
        report = {}
    return {
        "status": scan.returncode,
        "report": {key: report[key] for key in KEPT if key in report},
        "stderr": complained[-2000:],
        "seconds": round(time.monotonic() - began, 2),
    }


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
    """Whether this kernel tells root which descriptors are worth a look."""
    from camcheck.collect.linux.kernel.lists import KernelLists
    from camcheck.collect.linux.kernel.system import Roots

    with KernelLists(Roots()) as lists:
        return lists.open_files([(81, 0)], 0) is not None


def references(driver: str) -> int:
    """How many open files a driver counts."""
    return int(Path(f"/sys/module/{driver}/refcnt").read_text(encoding="ascii"))
