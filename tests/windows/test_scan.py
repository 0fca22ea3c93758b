"""camcheck as a user of Windows starts it, from the command line to the answer."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

HARDWARE, PLACE = "VID_046D&PID_0826&MI_00", "6&1a2b&0&0000"


def scan(*words, utf8="0", script=""):
    """`python -m camcheck scan` as a process of its own; its output as bytes."""
    settings = {"PYTHONUTF8": utf8, "CAMCHECK_STANDIN": script}
    return subprocess.run(
        [sys.executable, "-m", "camcheck", "scan", *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **settings},
        check=False,
    )


@pytest.fixture
def streaming(plug_in):
    """A camera whose name is beyond cp1252, and the script of a monitor that sees us stream."""
    link = plug_in("Kamera ✓", hardware=HARDWARE, place=PLACE)
    return f"0|{link}|Kamera|{os.getpid()},1"


def test_streaming_program_is_named(streaming, consent):
    """The answer names camera and program; what Windows shows fits, so nothing is unshown."""
    consent(sys.executable, began=datetime.now(UTC), ended=None)
    result = scan("--format", "json", script=streaming)
    report = json.loads(result.stdout)

    assert b"" == result.stderr
    checks = {finding["check"] for finding in report["findings"]}

    assert 10 <= result.returncode <= 11, "a script that holds a camera may be worth a word"
    assert "camera-in-use" in checks
    assert "capture-not-shown" not in checks
    assert {("sensor-monitor", os.getpid()), ("consent-store", os.getpid())} <= {
        (holder["via"], holder["pid"]) for holder in report["holders"]
    }
    assert ["active"] == [capture["state"] for capture in report["captures"]]


@pytest.mark.parametrize(("utf8", "encoding"), [("0", "cp1252"), ("1", "utf-8")])
def test_console_shows_every_letter_it_can(streaming, utf8, encoding):
    """A name that the console cannot show becomes an escape, and never an error."""
    result = scan(utf8=utf8, script=streaming)
    text = result.stdout.decode(encoding)

    assert b"" == result.stderr
    assert ("Kamera ✓" if utf8 == "1" else "Kamera \\u2713") in text


def test_idle_camera_is_no_finding(plug_in):
    """A camera that nobody uses is listed, and nothing is found."""
    plug_in("Webcam", hardware=HARDWARE, place=PLACE)
    report = json.loads(scan("--format", "json").stdout)

    assert [] == report["findings"]
    assert ["inactive"] == [capture["state"] for capture in report["captures"]]


def test_report_reaches_a_path_of_any_length_and_script(tmp_path):
    """A report file below a folder with spaces, letters of any script, and 300 characters."""
    folder = tmp_path / "Ünïcode Ω ordner"
    for number in range(6):
        folder = folder / f"{number} {'x' * 40}"
    os.makedirs(f"\\\\?\\{folder}")
    target = f"\\\\?\\{folder}\\Bericht ✓.json"
    result = scan("--format", "json", "-o", target)

    assert b"" == result.stderr
    with open(target, encoding="utf-8") as file:
        assert "processes" in json.load(file)


def test_stream_that_windows_does_not_show_is_found(streaming):
    """The monitor sees us stream, the ConsentStore is empty: that is the disagreement."""
    result = scan("--format", "json", script=streaming)
    checks = {finding["check"] for finding in json.loads(result.stdout)["findings"]}

    assert "capture-not-shown" in checks
