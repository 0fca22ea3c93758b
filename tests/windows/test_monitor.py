"""The monitor on Windows, from the command line: woken by the registry, it records a session."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from camcheck.collect.windows.watch import windows_watch

HARDWARE, PLACE = "VID_046D&PID_0826&MI_00", "6&1a2b&0&0000"


@pytest.fixture
def camcheck(tmp_path):
    """Starts camcheck with a user's folder of its own; gives the process."""

    def start(*words, **more):
        return subprocess.Popen(
            [sys.executable, "-m", "camcheck", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUTF8": "1", "WIN_PD_OVERRIDE_LOCAL_APPDATA": str(tmp_path)},
            **more,
        )

    return start


@contextmanager
def monitoring(camcheck):
    """A monitor that has begun to watch; gives a function that reads up to a line with a text."""
    with camcheck("monitor", "--quiet") as child:

        def line_with(text):
            seen = []
            for line in child.stdout:
                seen.append(line.decode())
                if text in seen[-1]:
                    return seen[-1]
            raise AssertionError(f"no line with {text!r} in {seen}")

        try:
            yield line_with
        finally:
            child.kill()


def answer(child):
    out, _ = child.communicate(timeout=60)
    return out.decode()


def test_use_that_windows_notes_wakes_the_monitor(camcheck, consent, plug_in, program):
    """A ConsentStore entry that opens begins a session, one that closes ends it; both stay."""
    plug_in("Kamera ✓", hardware=HARDWARE, place=PLACE)
    exe = program.args[0]
    consent(exe, began=datetime.now(UTC), ended=datetime.now(UTC))
    with monitoring(camcheck) as line_with:
        assert "notices of the registry and the sensor monitor" in line_with("camcheck watches")
        began = datetime.now(UTC)
        consent(exe, began=began, ended=None)
        assert "kamera ✓.exe" in line_with("has opened Kamera ✓")
        status = answer(camcheck("monitor", "status"))
        consent(exe, began=began, ended=datetime.now(UTC))
        line_with("no longer uses Kamera ✓")
    past = json.loads(answer(camcheck("history", "--format", "json")))

    (session,) = past["sessions"]
    assert [exe] == [use["program"] for use in past["remembered"]]
    assert (exe, program.pid) == (session["process"]["exe"], session["process"]["pid"])
    assert session["ended"]
    # Looks that nothing asks for come once a minute only.
    found = datetime.fromisoformat(session["began"])
    assert timedelta(seconds=-1) < found - began < timedelta(seconds=windows_watch().every / 2)
    assert "In use now: 1." in status
    assert "Last event: 20" in status


def test_history_shows_what_windows_remembers(camcheck, consent):
    """Without any monitor a past use is told as Windows' own note of it, and as no session."""
    began = datetime.now(UTC) - timedelta(minutes=30)
    consent(r"C:\Users\Zoë\evil ✓.exe", began=began, ended=began + timedelta(minutes=3))
    text = answer(camcheck("history"))
    data = json.loads(answer(camcheck("history", "--format", "json")))
    later = json.loads(answer(camcheck("history", "--format", "json", "--since", "10m")))

    assert "Remembered by Windows, not seen by camcheck." in text
    assert "evil ✓.exe used a camera for 3 min 00 s" in text
    assert ([], [r"C:\Users\Zoë\evil ✓.exe"]) == (
        data["sessions"],
        [use["program"] for use in data["remembered"]],
    )
    assert [] == later["remembered"]
