"""Which programs may use the camera: the TCC databases of the system and of each user.

Permission is not use. Reading needs Full Disk Access, administrator rights alone do not suffice.
"""

import sqlite3
from datetime import UTC, datetime
from urllib.parse import quote

from camcheck.model import Fact, Gap, Permission, Permit, Reason

SYSTEM = "/Library/Application Support/com.apple.TCC/TCC.db"
_CAMERA = "kTCCServiceCamera"
_ANSWERS = {0: Permit.DENIED, 1: Permit.UNKNOWN, 2: Permit.ALLOWED, 3: Permit.LIMITED}
"""Values of auth_value since macOS 11; before, the column was ``allowed``, 0 or 1."""


def permissions(path: str, *, user: str | None) -> tuple[tuple[Permission, ...], tuple[Gap, ...]]:
    """The camera permissions in one database, whichever columns its release of macOS has."""
    try:
        with open(path, "rb"):
            pass  # sqlite's own error is the same for denied and for damaged
        # Immutable: nothing is written beside the database, not even a lock.
        place = f"file:{quote(path)}?mode=ro&immutable=1"
        database = sqlite3.connect(place, uri=True)
        try:
            return _read(database, path, user=user), ()
        finally:
            database.close()
    except FileNotFoundError:
        return (), ()  # a user who was never asked has none
    except PermissionError:
        detail = (
            "Who may use the camera could not be read. Give the terminal Full Disk Access in "
            "System Settings, Privacy & Security, and scan again."
        )
        return (), (Gap(Fact.PERMISSIONS, path, Reason.DENIED, detail),)
    except (sqlite3.Error, ValueError) as error:
        detail = f"Who may use the camera could not be read: {error}."
        return (), (Gap(Fact.PERMISSIONS, path, Reason.UNPARSED, detail),)


def _read(database: sqlite3.Connection, path: str, *, user: str | None) -> tuple[Permission, ...]:
    columns = {row[1] for row in database.execute("PRAGMA table_info(access)")}
    value = next((name for name in ("auth_value", "allowed") if name in columns), None)
    if value is None or not {"service", "client"} <= columns:
        raise ValueError("a table of a form that camcheck does not know")
    changed = "last_modified" if "last_modified" in columns else "NULL"
    # The names come from the list above, not from the file.
    query = f"SELECT client, {value}, {changed} FROM access WHERE service = ?"  # noqa: S608
    rows = database.execute(query, (_CAMERA,)).fetchall()
    return tuple(
        sorted(
            Permission(str(client), user, _answer(value, number), _time(moment), path)
            for client, number, moment in rows
        )
    )


def _answer(column: str, number: object) -> Permit:
    if column == "allowed":
        return Permit.ALLOWED if number else Permit.DENIED
    return _ANSWERS.get(number, Permit.UNKNOWN) if isinstance(number, int) else Permit.UNKNOWN


def _time(moment: object) -> datetime | None:
    if not isinstance(moment, int) or moment <= 0:
        return None
    try:
        return datetime.fromtimestamp(moment, UTC)
    except (OverflowError, OSError, ValueError):
        raise ValueError("a time that is none") from None
