"""What camcheck and ordinary tools say about the cameras, for the record."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

from .people import start_as

VIEWERS = ("root", "alice", "bob")


def camcheck(viewer: str, *options: str) -> dict[str, Any]:
    """One `camcheck scan` as that person: exit status, report, complaints, seconds."""
    began = time.monotonic()
    command = ["camcheck", "scan", "--format", "json", *options]
    scan = start_as(viewer, command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        said, complained = scan.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        scan.kill()
        said, complained = scan.communicate()
    try:
        report = json.loads(said)
    except ValueError:
        report = None
    return {
        "status": scan.returncode,
        "report": report,
        "stderr": complained[-2000:],
        "seconds": round(time.monotonic() - began, 2),
    }


def lsof(nodes: list[str]) -> list[int]:
    """The processes that `lsof NODE...` finds, as root."""
    done = subprocess.run(["lsof", "-w", "-t", *nodes], capture_output=True, text=True, check=False)
    return [int(pid) for pid in done.stdout.split()]


def fuser(nodes: list[str]) -> list[int]:
    """The processes that `fuser NODE...` finds, as root."""
    done = subprocess.run(["fuser", *nodes], capture_output=True, text=True, check=False)
    return [int(pid) for pid in done.stdout.split()]


def psutil_open_files(pid: int, nodes: list[str]) -> bool:
    """Whether psutil's open_files() of the process names one of the nodes, as root."""
    import psutil

    try:
        return any(opened.path in nodes for opened in psutil.Process(pid).open_files())
    except (psutil.Error, FileNotFoundError):
        return False


def references(driver: str) -> int:
    """How many open files a driver counts."""
    return int(Path(f"/sys/module/{driver}/refcnt").read_text(encoding="ascii"))
