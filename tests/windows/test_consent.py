"""What is written into the live registry comes back as use, or as history."""

import os
import sys
import winreg
from datetime import UTC, datetime, timedelta

from camcheck.collect.windows.consent import STORE, history, read_consent, switches, users_of
from camcheck.collect.windows.processes import processes
from camcheck.collect.windows.registry import LiveRegistry

NOW = datetime.now(UTC).replace(microsecond=0)


def test_open_entry_of_a_live_program_is_use(consent):
    """An entry that has begun and not ended, of a program older than it, is that process."""
    consent(sys.executable, began=datetime.now(UTC), ended=None)
    entries, gaps = read_consent(LiveRegistry())
    running, _ = processes()

    assert () == gaps
    assert [os.getpid()] == [
        process.pid
        for process in users_of(entries[0], processes=running)
        if process.pid == os.getpid()
    ]


def test_open_entry_of_a_dead_program_is_history_alone(consent):
    """A crash leaves an entry open for ever; without a live program it is no use."""
    consent(r"C:\Users\Zoë\AppData\Local\Temp\kamera ✓.exe", began=NOW, ended=None)
    entries, _ = read_consent(LiveRegistry())
    running, _ = processes()

    assert () == users_of(entries[0], processes=running)
    assert [(r"C:\Users\Zoë\AppData\Local\Temp\kamera ✓.exe", NOW, None)] == [
        (use.program, use.began, use.ended) for use in history(entries)
    ]


def test_ended_entry_is_a_past_use(consent):
    """Begin and end come back to the second, from the user's and the machine's store alike."""
    ended = NOW + timedelta(minutes=5)
    consent(r"C:\Program Files\Zoom\bin\Zoom.exe", began=NOW, ended=ended)
    consent("Vendor.App_8wekyb3d8bbwe", began=NOW, ended=ended, root=winreg.HKEY_LOCAL_MACHINE)
    entries, _ = read_consent(LiveRegistry())

    assert {
        (r"C:\Program Files\Zoom\bin\Zoom.exe", False, "root"),
        ("Vendor.App_8wekyb3d8bbwe", True, None),
    } == {(entry.program, entry.packaged, entry.user and "root") for entry in entries}
    assert {(NOW, ended)} == {(use.began, use.ended) for use in history(entries)}


def test_times_of_other_types_and_names_of_other_case_are_read(write):
    """The registry keeps any type under any spelling; the use is found all the same."""
    key = rf"{STORE}\NonPackaged\C:#Windows#Temp#atomic.exe"
    began = int((NOW - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    data = began.to_bytes(8, "little")
    write(winreg.HKEY_LOCAL_MACHINE, key, lastusedtimestart=data, LASTUSEDTIMESTOP=data)
    entries, gaps = read_consent(LiveRegistry())

    assert () == gaps
    assert [(r"C:\Windows\Temp\atomic.exe", NOW, NOW)] == [
        (use.program, use.began, use.ended) for use in history(entries)
    ]


def test_master_switch_is_read_where_windows_keeps_it(write):
    """Camera access: off, of the machine, as the settings write it."""
    write(winreg.HKEY_LOCAL_MACHINE, STORE, Value="Deny")

    assert [("every program", "denied", None)] == [
        (one.program, one.answer, one.user) for one in switches(LiveRegistry())
    ]
