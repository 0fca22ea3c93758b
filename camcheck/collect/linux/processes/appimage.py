"""Programs that run from an AppImage: a file system in one file, mounted where the program runs.

A folder that is only called like such a mount proves nothing: the kernel's mount table is asked.
Sources: AppImage specification (the letters AI at byte 8 of the file, a mount of type fuse.NAME);
proc_pid_mountinfo(5); runtime of AppImageKit (--appimage-extract-and-run).
"""

import os
import re
from collections.abc import Iterable

from camcheck.collect.linux.kernel.system import read_optional
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.fact import NamedTuple
from camcheck.model import Process

_MAGIC = (b"AI\x01", b"AI\x02")
_EXTRACTED = r"/(?:var/)?tmp/appimage_extracted_[0-9a-f]{32}/"
_MOUNT = ".mount_"  # the runtime's own name for it; for any other mount of FUSE the file decides
_ESCAPE = r"\\([0-7]{3})"


class Mount(NamedTuple):
    """Where a file system is mounted, and of which type it is."""

    at: str
    type: str


def mount_of(mountinfo: str, path: str) -> Mount | None:
    """The mount that a path lies on: the longest that contains it, the last of those."""
    found = None
    for line in mountinfo.splitlines():
        place, _, source = line.partition(" - ")
        fields = place.split(" ")
        if len(fields) < 5 or not source:
            continue
        at = re.sub(_ESCAPE, lambda code: chr(int(code[1], 8)), fields[4])
        inside = path == at or path.startswith(f"{at.rstrip('/')}/")
        if inside and (found is None or len(at) >= len(found.at)):
            found = Mount(at, source.partition(" ")[0])
    return found


def appimage_of(table: ProcessTable, process: Process, rows: Iterable[Process]) -> str | None:
    """The AppImage that a program runs from, as a path where its file was found.

    Without a slash, it is only the name that the mount tells. None: it runs from no AppImage.
    """
    exe, base = process.exe or "", f"{table.roots.proc}/{process.pid}"
    mount = mount_of(read_optional(f"{base}/mountinfo") or "", exe)
    if mount and mount.type.startswith("fuse."):
        name = mount.type.removeprefix("fuse.")
        for row in rows:
            file = row.exe or ""
            if (
                row.uid == process.uid
                and os.path.basename(file) == name
                and not file.startswith(f"{mount.at}/")
                and _is_appimage(table, row.pid)
            ):
                return file
        return name if os.path.basename(mount.at).startswith(_MOUNT) else None
    if re.match(_EXTRACTED, exe) and process.pid in table.tasks:
        for parent in table.ancestors(table.tasks[process.pid]):
            if _is_appimage(table, parent.pid):
                return _path(table, parent.pid)
    return None


def _is_appimage(table: ProcessTable, pid: int) -> bool:
    try:
        descriptor = os.open(f"{table.roots.proc}/{pid}/exe", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False  # not ours to look at, or it has ended
    try:
        head = os.read(descriptor, 11)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return head[:4] == b"\x7fELF" and head[8:11] in _MAGIC


def _path(table: ProcessTable, pid: int) -> str | None:
    try:
        return os.readlink(f"{table.roots.proc}/{pid}/exe")
    except OSError:
        return None
