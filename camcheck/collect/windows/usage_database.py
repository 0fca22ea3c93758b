"""Earlier uses of the camera, from Windows 11's CapabilityAccessManager.db (about 30 days).

The ConsentStore keeps each program's last use; the one before moves into this database. Only
administrators may read it. Its form is not documented: as published by forensic researchers, a
history table each for packaged and other programs, whose columns number rows of tables of texts.
"""

import os
import shutil
import sqlite3
import tempfile
from datetime import datetime

from camcheck.collect.windows.native import from_filetime
from camcheck.collect.windows.registry import Registry, user_name
from camcheck.model import CameraUse, Fact, Gap, Reason

DATABASE = os.path.join(
    "Microsoft", "Windows", "CapabilityAccessManager", "CapabilityAccessManager.db"
)
"""Below the folder ProgramData."""

_CAMERA = "webcam"
_LARGEST = 256 * 1024 * 1024
"""Some builds of Windows 11 let the write-ahead log grow without end (KB5095093)."""

_TABLES = {
    "PackagedUsageHistory": ("PackageFamilyNames", "PackageFamilyName"),
    "NonPackagedUsageHistory": ("BinaryFullPaths", "BinaryFullPath"),
}


def earlier_uses(path: str, registry: Registry) -> tuple[tuple[CameraUse, ...], tuple[Gap, ...]]:
    """The uses of cameras in the database, read from a copy of it and of its write-ahead log."""
    if not os.path.lexists(os.path.dirname(path)):
        return (), ()  # Windows 10 has none
    try:
        with tempfile.TemporaryDirectory(prefix="camcheck-") as folder:
            return _read(_copied(path, folder), path, registry), ()
    except FileNotFoundError:
        return (), ()
    except PermissionError:
        return (), (_gap(path, Reason.DENIED, "Start camcheck as administrator to see them."),)
    except OSError as error:
        return (), (_gap(path, Reason.FAILED, f"The file could not be copied: {error.strerror}."),)
    except (sqlite3.Error, ValueError, OverflowError) as error:
        return (), (_gap(path, Reason.UNPARSED, f"The database is of another form: {error}."),)


def _gap(path: str, reason: Reason, why: str) -> Gap:
    return Gap(Fact.HISTORY, path, reason, f"Uses of the camera in the last 30 days. {why}")


def _copied(path: str, folder: str) -> str:
    """A copy, because reading the original in place would write beside it."""
    copy = os.path.join(folder, "copy.db")
    for ending in ("", "-wal"):
        if ending and not os.path.exists(path + ending):
            continue
        if os.path.getsize(path + ending) > _LARGEST:
            raise ValueError(f"it is larger than {_LARGEST >> 20} MiB")
        shutil.copyfile(path + ending, copy + ending)
    return copy


def _read(copy: str, path: str, registry: Registry) -> tuple[CameraUse, ...]:
    database = sqlite3.connect(copy)
    try:
        uses = [
            CameraUse(None, program, user_name(registry, sid or ""), began, ended, path)
            for table, (names, column) in _TABLES.items()
            for program, sid, began, ended in _rows(database, table, names, column)
        ]
    finally:
        database.close()
    return tuple(sorted(uses, key=lambda use: (use.began, use.program)))


def _rows(
    database: sqlite3.Connection, table: str, names: str, column: str
) -> list[tuple[str, str | None, datetime, datetime | None]]:
    # All names are our own constants; nothing of the file goes into the statement.
    query = f"""
        SELECT program.StringValue, user.StringValue, one.LastUsedTimeStart, one.LastUsedTimeStop
        FROM {table} AS one
        JOIN Capabilities AS capability ON capability.ID = one.Capability
        LEFT JOIN {names} AS program ON program.ID = one.{column}
        LEFT JOIN Users AS user ON user.ID = one.UserSid
        WHERE capability.StringValue = ?"""  # noqa: S608
    found = []
    for program, sid, start, stop in database.execute(query, (_CAMERA,)):
        began = from_filetime(int(start or 0))
        if began is not None:  # a blocked use has no start
            found.append((str(program or "?"), sid, began, from_filetime(int(stop or 0))))
    return found
