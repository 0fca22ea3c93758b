"""Earlier uses from a database of the published form (tables of numbers that point to texts)."""

import sqlite3
from datetime import timedelta

import pytest

from camcheck.collect.windows import collect
from camcheck.collect.windows.usage_database import earlier_uses
from camcheck.model import CameraUse, Reason
from tests.collect.windows.fake import (
    NOW,
    ZOOM,
    FakeRegistry,
    a_machine,
    consent,
    filetime,
)

TEXTS = ("Capabilities", "PackageFamilyNames", "BinaryFullPaths", "Users", "FileIDs", "ProgramIDs")
TIMES = "LastUsedTimeStart, LastUsedTimeStop"
HISTORY = f"ID INTEGER PRIMARY KEY, {TIMES}, Capability, UserSid, AccessBlocked"
LATER = NOW + timedelta(minutes=9)


def a_database(folder, *, uses=((ZOOM, "webcam", NOW, LATER),), journal="DELETE"):
    """The database with uses of non-packaged programs; left open where the journal is a log."""
    path = folder / "CapabilityAccessManager" / "CapabilityAccessManager.db"
    path.parent.mkdir()
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA journal_mode={journal}")
    for table in TEXTS:
        database.execute(f"CREATE TABLE {table} (ID INTEGER PRIMARY KEY, StringValue TEXT)")
    database.execute(f"CREATE TABLE PackagedUsageHistory ({HISTORY}, PackageFamilyName)")
    database.execute(f"CREATE TABLE NonPackagedUsageHistory ({HISTORY}, BinaryFullPath)")
    database.execute("INSERT INTO Users VALUES (1, 'S-1-5-18')")
    for number, (program, capability, began, ended) in enumerate(uses, 1):
        database.execute("INSERT INTO BinaryFullPaths VALUES (?, ?)", (number, program))
        database.execute("INSERT INTO Capabilities VALUES (?, ?)", (number, capability))
        times = (filetime(began) if began else 0, filetime(ended) if ended else 0)
        database.execute(
            "INSERT INTO NonPackagedUsageHistory VALUES (?, ?, ?, ?, 1, 0, ?)",
            (number, *times, number, number),
        )
    database.commit()
    return str(path), database


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_earlier_use_is_read(tmp_path, journal):
    """Program, user and times of a camera use, also while they are only in the write-ahead log."""
    path, database = a_database(tmp_path, journal=journal)
    uses, gaps = earlier_uses(path, FakeRegistry())
    database.close()

    assert () == gaps
    assert (CameraUse(None, ZOOM, "SYSTEM", NOW, LATER, path),) == uses


def test_reading_leaves_the_folder_as_it_was(tmp_path):
    """Nothing is written beside the database of a machine that is examined."""
    path, database = a_database(tmp_path)
    database.close()
    before = sorted(one.name for one in (tmp_path / "CapabilityAccessManager").iterdir())
    earlier_uses(path, FakeRegistry())

    assert before == sorted(one.name for one in (tmp_path / "CapabilityAccessManager").iterdir())


def test_microphone_and_blocked_use_are_left_out(tmp_path):
    """Another capability is no camera use, and a blocked one never began."""
    uses = (("a", "microphone", NOW, LATER), ("b", "webcam", None, None))
    path, database = a_database(tmp_path, uses=uses)
    database.close()

    assert ((), ()) == earlier_uses(path, FakeRegistry())


def test_windows_without_the_database_is_no_gap(tmp_path):
    """Windows 10 has no such file."""
    assert ((), ()) == earlier_uses(str(tmp_path / "none" / "x.db"), FakeRegistry())


@pytest.mark.parametrize(
    ("error", "reason"),
    [(PermissionError(13, "denied"), Reason.DENIED), (OSError(32, "in use"), Reason.FAILED)],
)
def test_database_that_may_not_be_read_is_a_gap(tmp_path, monkeypatch, error, reason):
    """Without administrator rights, or while Windows keeps the file to itself, it says so."""
    path, database = a_database(tmp_path)
    database.close()
    monkeypatch.setattr("camcheck.collect.windows.usage_database.shutil.copyfile", _raise(error))
    uses, gaps = earlier_uses(path, FakeRegistry())

    assert () == uses
    assert [reason] == [gap.reason for gap in gaps]


def _raise(error):
    def copy(*_):
        raise error

    return copy


@pytest.mark.parametrize("data", [b"no database" * 99, b""])
def test_database_of_another_form_is_a_gap(tmp_path, data):
    """A damaged or future form is not an empty past."""
    path = tmp_path / "CapabilityAccessManager.db"
    path.write_bytes(data)
    uses, gaps = earlier_uses(str(path), FakeRegistry())

    assert () == uses
    assert [Reason.UNPARSED] == [gap.reason for gap in gaps]


def test_use_that_is_noted_twice_is_one():
    """The last use may stand in the ConsentStore and in the database; it happened once."""
    other = CameraUse(None, "B.exe", "bob", NOW, LATER, "database")
    twice = CameraUse(None, ZOOM.upper(), "bob", NOW, LATER, "database")
    machine = a_machine(registry=consent(ZOOM, ended=LATER), earlier=((other, twice), ()))

    assert ["B.exe", ZOOM] == [use.program for use in collect(machine=machine).history]
