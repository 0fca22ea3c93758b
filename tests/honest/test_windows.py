"""Each row about Windows, on a machine made of the answers that such a machine gives."""

from datetime import timedelta

import pytest

from camcheck.collect.windows.consent import STORE
from camcheck.collect.windows.registry import user_keys
from camcheck.collect.windows.shortcut import shortcut_commands
from camcheck.collect.windows.wanted import find_registry
from camcheck.model import Host, PersistenceEntry, Process
from camcheck.scan import judge
from camcheck.signatures.ruleset import ruleset
from tests.collect.windows.fake import (
    NOW,
    USER,
    ZOOM,
    FakeRegistry,
    a_process,
    consent,
    consent_key,
    filetime,
    streaming,
)
from tests.collect.windows.shortcuts import a_shortcut
from tests.collect.windows.test_collect import look
from tests.honest.proof import check
from tests.honest.rows_windows import ROWS

LATER = NOW + timedelta(hours=1)
HOST = r"C:\Windows\System32\svchost.exe"
SENSOR = r"C:\Windows\System32\SensorDataService.exe"
RUN = r"HKCU\SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
STARTUP = r"C:\Users\ana\AppData\Roaming\Microsoft\Windows\Start Menu\Programs\Startup"
TEMP = r"C:\Users\ana\AppData\Local\Temp\a.exe"
OFF = {f"HKLM\\{STORE}": {"Value": "Deny"}}
FIRST = a_process(400, HOST, started=NOW - timedelta(hours=9), unit="netsvcs")


def hosts(*units: str) -> list[Process]:
    begun = NOW - timedelta(hours=1)
    return [a_process(600 + n, HOST, unit=unit, started=begun) for n, unit in enumerate(units)]


def used(program: str, *, root: str = USER) -> dict:
    return {"registry": consent(program, ended=LATER, root=root)}


def films(*programs: Process, build: int = 26100, registry=None, **more) -> dict:
    return {
        "processes": [FIRST, *programs],
        "activities": [streaming(programs[0].pid)],
        "registry": registry or {},
        "host": Host("windows", "11", f"10.0.{build}", "AMD64", "pc"),
        **more,
    }


def written(program: str, **times) -> dict:
    return {"registry": {consent_key(program): times}}


def starts(command: str, *, kind="run-key", path=RUN, name="x") -> dict:
    entry = PersistenceEntry(kind, path, name, command, "ana")
    return {"files": ((entry,), ())}


def shortcut(**parts) -> dict:
    commands = shortcut_commands(a_shortcut(**parts))
    path = rf"{STARTUP}\a.lnk"
    return {
        "files": (
            tuple(PersistenceEntry("startup-folder", path, "a.lnk", one) for one in commands),
            (),
        )
    }


def runs(exe: str, *words: str) -> dict:
    return {"processes": [FIRST, a_process(900, exe, cmdline=words or (exe,))]}


BYTES = {name: filetime(LATER).to_bytes(8, "little") for name in ("LastUsedTimeStart",)}
BYTES["LastUsedTimeStop"] = BYTES["LastUsedTimeStart"]
PUBLIC = r"C:\Users\Public\x.exe"
OPEN_HOST = consent(HOST, root="HKLM")
FALSE_HOST = a_process(700, r"E:\Windows\System32\svchost.exe")
FALSE_SENSOR = a_process(700, r"C:\Users\Public\SensorDataService.exe")
CLEANING = r"rundll32.exe C:\Windows\system32\advpack.dll,DelNodeRunDLL32 "
UPDATER = (
    'schtasks /create /sc onlogon /rl highest /tn "Update" '
    r'/tr "C:\Users\ana\AppData\Local\Programs\Vendor\Update.exe"'
)
ASYNC = (
    '"cmd" /c schtasks /create /f /sc onlogon /rl highest /tn "a" '
    "/tr '\"C:\\Users\\ana\\AppData\\Roaming\\a.exe\"' & exit"
)
CHECK = r'powershell.exe -WindowStyle Hidden -File "C:\Program Files\Vendor\Check.ps1"'
ZOOM_LINK = {"items": ZOOM, "arguments": "--url=zoommtg"}
ONCE = RUN + "Once"
TASK = {"kind": "scheduled-task", "path": r"\Vendor\Check", "name": "Check"}
BACKUP = r"C:\$WinREAgent\Scratch\Mount\Windows\System32\svchost.exe"

MACHINES = (
    used(ZOOM),
    used(HOST, root="HKLM"),
    {"registry": OPEN_HOST, "processes": hosts("netsvcs", "LocalService", "WbioSvcGroup")},
    {"registry": OPEN_HOST, "processes": hosts(*"abcde")},
    films(FALSE_HOST, registry=consent(FALSE_HOST.exe)),
    films(a_process(700, SENSOR)),
    films(FALSE_SENSOR, registry=consent(FALSE_SENSOR.exe)),
    films(a_process(), build=26220, registry=consent(ZOOM, ended=NOW)),
    films(a_process(), registry=consent(ZOOM, ended=NOW)),
    films(a_process(), build=26220),
    written(ZOOM, **BYTES),
    written(r"C:\Windows\Temp\atomic.exe", **BYTES),
    written(PUBLIC, LastUsedTimeStart="yesterday"),
    written(ZOOM, LastUsedTimeStart=b"four", LastUsedTimeStop=0),
    used(r"D:\Programs\OBS\obs64.exe"),
    used(r"E:\update package\update.exe"),
    used(r"C:\Users\ana\Downloads\Recorder\recorder.exe"),
    used(r"C:\Users\ana\Downloads\setup.exe"),
    used(r"C:\Windows\System32\rundll32.exe", root="HKLM"),
    {"registry": OFF},
    films(*hosts("WbioSvcGroup"), registry=OFF),
    films(a_process(), registry={**OFF, **consent(ZOOM)}),
    starts(f'{CLEANING}"{TEMP}"', path=ONCE, name="wextract_cleanup0"),
    starts(f"{TEMP} DelNodeRunDLL32", path=ONCE, name="wextract_cleanup0"),
    starts(CHECK, **TASK),
    starts("powershell.exe -NoP -W Hidden -Enc SQBFAFgA", **TASK),
    shortcut(**ZOOM_LINK),
    shortcut(items=TEMP, plain=ZOOM),
    runs(r"C:\Windows\System32\schtasks.exe", UPDATER),
    runs(r"C:\Windows\System32\cmd.exe", ASYNC),
    {
        "processes": [
            FIRST,
            a_process(901, BACKUP),
            *runs(r"C:\Windows\uus\x\wuauclt.exe")["processes"][1:],
        ]
    },
    runs(r"C:\Users\ana\Windows\System32\svchost.exe"),
)


@pytest.mark.parametrize(
    ("row", "answers"), list(zip(ROWS, MACHINES, strict=True)), ids=[row[0] for row in ROWS]
)
def test_row_of_windows_is_true(monkeypatch, row, answers):
    """The whole way: from the machine's answers over facts and rules to the exit code."""
    monkeypatch.setenv("SYSTEMROOT", r"C:\Windows")
    registry = FakeRegistry(answers.get("registry"))
    wanted = ruleset("windows").lookups().registry
    artifacts, _ = find_registry(wanted, registry, user_keys(registry))
    answers = {**answers, "registry": {f"{USER}\\{STORE}": {}, **(answers.get("registry") or {})}}

    check(row, judge(look(**answers)._replace(artifacts=artifacts)))
