"""What is set to start by itself is found where Windows keeps it."""

import winreg

from camcheck.collect.windows.persistence import registry_entries
from camcheck.collect.windows.registry import LiveRegistry

RUN = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run"


def test_run_key_of_a_user_is_found(write):
    """A value in the user's Run key is an entry with the user's name and the whole command."""
    command = r'"C:\Users\Zoë\AppData\Roaming\Sub Dir\Client.exe" /quiet'
    write(winreg.HKEY_CURRENT_USER, f"{RUN}Once", Klient=command)
    entries, gaps = registry_entries(LiveRegistry())

    assert () == gaps
    assert [("run-key", "Klient", command)] == [
        (entry.kind, entry.name, entry.command) for entry in entries if "RunOnce" in entry.path
    ]


def test_automatic_service_is_found_and_manual_one_is_not(write):
    """A service that starts with the system is an entry; one that waits to be asked is none."""
    services = r"SYSTEM\CurrentControlSet\Services"
    program = r"C:\Temp\spy.exe"
    for name, start in (("CamcheckAuto", 2), ("CamcheckManual", 3)):
        key = rf"{services}\{name}"
        write(winreg.HKEY_LOCAL_MACHINE, key, ImagePath=program, Start=start, Type=16)
    entries, _ = registry_entries(LiveRegistry())

    assert ["CamcheckAuto"] == [entry.name for entry in entries if entry.command == program]
