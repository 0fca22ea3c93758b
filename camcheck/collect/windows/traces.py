"""What signatures need of Windows beyond cameras and processes: files, registry values, digests."""

import os
from collections.abc import Container

from camcheck.collect.files import MAX_HASHED, MAX_HOLDER_HASHED, Wanted, digest
from camcheck.collect.windows.registry import LiveRegistry, Registry, user_keys
from camcheck.collect.windows.wanted import find_registry, find_windows_files
from camcheck.model import Process, Snapshot


def with_traces(
    snapshot: Snapshot, wanted: Wanted, *, registry: Registry | None = None
) -> Snapshot:
    """The snapshot with the wanted files and registry values that are there, and digests."""
    registry = registry or LiveRegistry()
    # Windows sets these itself at each logon; a wrong one shows nothing, it runs nothing.
    windows = os.environ.get("SYSTEMROOT", r"C:\Windows")
    profile = os.environ.get("USERPROFILE", r"C:\Users\Default")
    program_data = os.environ.get("PROGRAMDATA", r"C:\ProgramData")
    files, gaps = find_windows_files(
        wanted.files, users=os.path.dirname(profile), program_data=program_data, windows=windows
    )
    values, missed = find_registry(wanted.registry, registry, user_keys(registry))
    holders = {holder.pid for holder in snapshot.holders}
    known: dict[str, str | None] = {}
    return snapshot._replace(
        processes=tuple(
            process._replace(sha256=_digest(process, wanted.sizes, holders, known))
            for process in snapshot.processes
        ),
        artifacts=tuple(sorted({*files, *values}, key=str)),
        gaps=tuple(sorted({*snapshot.gaps, *gaps, *missed})),
    )


def _digest(
    process: Process, sizes: Container[int], holders: Container[int], known: dict[str, str | None]
) -> str | None:
    """The digest of a program whose size is in a list of hashes, or that uses a camera."""
    if process.exe is None:
        return None
    if process.exe not in known or process.pid in holders:
        limit = MAX_HOLDER_HASHED if process.pid in holders else 0
        try:
            size = os.stat(process.exe).st_size
            asked = size in sizes or size <= limit
            known[process.exe] = digest(process.exe, limit=MAX_HASHED) if asked else None
        except OSError:
            known[process.exe] = None  # an unknown digest matches nothing
    return known[process.exe]
