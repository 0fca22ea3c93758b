"""What is set to start by itself is found where Windows keeps it."""

import os
import winreg
from pathlib import Path

from camcheck.collect.windows.machine import this_machine
from camcheck.collect.windows.persistence import registry_entries
from camcheck.collect.windows.registry import LiveRegistry
from tests.collect.windows.shortcuts import a_shortcut

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


def test_shortcut_in_the_startup_folder_tells_what_it_runs():
    """A shortcut with arguments and a folder of its own, in the folder that Windows starts from."""
    home = Path(os.environ["USERPROFILE"])
    folder = home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup"
    made = folder / "camcheck test ✓.lnk"
    folder.mkdir(parents=True, exist_ok=True)
    made.write_bytes(
        a_shortcut(items=r"C:\windows\system32\wscript.exe", arguments="a.vbs", folder="%TEMP%")
    )
    try:
        entries, _ = this_machine().files()
    finally:
        made.unlink()

    assert [r"C:\windows\system32\wscript.exe a.vbs (in %TEMP%)"] == [
        entry.command for entry in entries if entry.name == made.name
    ]
