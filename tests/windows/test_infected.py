"""Harmless programs with published names really run, and the real scan names them, not the rest.

``CAMCHECK_RECORD`` names a file for the redacted report; tests/recorded/windows.json is such a one.
"""

import json
import os
import shutil
import subprocess
import sys
import winreg
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

HARDWARE, PLACE = "VID_046D&PID_0826&MI_00", "6&1a2b&0&0000"
RUN = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
HOME = r"C:\users\ana"
BAD = {
    rf"{HOME}\AppData\Roaming\SubDir\Client.exe": "windows/malware/quasar_path.yml",
    rf"{HOME}\AppData\Roaming\Windata\svr.exe": "windows/malware/lodarat_path.yml",
    r"C:\ProgramData\winlogon.exe": "windows/generic/system_name_elsewhere.yml",
    r"C:\users\Public\x.exe": "windows/generic/camera_used_from_odd_folder.yml",
}
ORDINARY = (
    r"C:\Program Files\Zoom\bin\Zoom.exe",
    rf"{HOME}\AppData\Local\Microsoft\Teams\current\Teams.exe",
    r"C:\Program Files\Vendor\Client.exe",
)
HOLDING = (r"C:\users\Public\x.exe", r"C:\Program Files\Zoom\bin\Zoom.exe")
STARTED = {
    "Quasar Client Startup": rf"{HOME}\AppData\Roaming\SubDir\Client.exe",
    "Zoom": r'"C:\Program Files\Zoom\bin\Zoom.exe" /autostart',
}


@pytest.fixture
def running():
    """Programs at these paths, which end with the test; gives the process number of each."""
    wait = "import sys; print(1, flush=True); sys.stdin.read()"
    folder = str(Path(sys.executable).parent)
    settings = {"PYTHONHOME": folder, "PATH": f"{folder};{os.environ['PATH']}"}
    numbers = {}
    with ExitStack() as ends:
        for path in (*BAD, *ORDINARY):
            made = Path(path)
            missing = [one for one in (made.parent, *made.parent.parents) if not one.exists()]
            made.parent.mkdir(parents=True, exist_ok=True)
            ends.callback(shutil.rmtree, missing[-1]) if missing else ends.callback(made.unlink)
            shutil.copy(sys.executable, made)
            child = subprocess.Popen(
                [path, "-c", wait],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **settings},
            )
            ends.enter_context(child)
            ends.callback(child.stdin.close)
            assert child.stdout.readline().strip() == b"1"
            numbers[path] = child.pid
        yield numbers


def _place(subject):
    """The program that a finding is about, else the place."""
    return (subject["programs"] or [subject["place"]])[0]


@pytest.fixture
def report(running, plug_in, write, consent, tmp_path):
    """What camcheck writes about such a machine, redacted."""
    link = plug_in("HD Webcam", hardware=HARDWARE, place=PLACE)
    for path in HOLDING:
        consent(path, began=datetime.now(UTC), ended=None)
    for path in ORDINARY[1:]:
        consent(path, began=datetime.now(UTC), ended=datetime.now(UTC))
    write(winreg.HKEY_CURRENT_USER, RUN, **STARTED)
    users = ";".join(f"{running[path]},1" for path in HOLDING)
    file = os.environ.get("CAMCHECK_RECORD") or str(tmp_path / "report.json")
    result = subprocess.run(
        [sys.executable, "-m", "camcheck", "report", "-o", file],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, "CAMCHECK_STANDIN": f"0|{link}|HD Webcam|{users}"},
        check=False,
    )

    assert b"" == result.stderr
    return json.loads(Path(file).read_text(encoding="utf-8"))


def test_programs_with_published_names_are_found_among_ordinary_ones(report):
    """Each is named by its own rule; ordinary programs beside them, holders too, are not."""
    named = {
        (
            finding["signature"]["origin"],
            "".join(finding["subject"]["programs"] or [finding["subject"]["place"]]).rpartition(
                "\\"
            )[2],
        )
        for finding in report["findings"]
        if finding["check"] == "known-bad"
    }

    expected = {(rule, path.rpartition("\\")[2]) for path, rule in BAD.items()}
    # One entry, seen by two witnesses: as what starts by itself, and as a value that a rule wants.
    starts = {("windows/malware/quasar_run.yml", name) for name in ("Run", "Quasar Client Startup")}
    assert {*expected, *starts} == named
