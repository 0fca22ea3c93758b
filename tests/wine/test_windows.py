"""camcheck on a genuine Windows Python: its own tests, and the program as a user starts it."""

import json
from pathlib import Path

from tests.wine.winpython import windows_path

ROOT = Path(__file__).parents[2]
NEUTRAL = ("checks", "collect", "history", "monitor", "recorded", "render", "report", "signatures")
"""Folders of tests that need no system in particular; those that are there are run."""

OF_UNIX = (
    "collect/linux",  # devices, /proc, fanotify; windows/test_monitor.py is like its watch
    "collect/test_files.py",  # paths with slashes, users of passwd(5)
    "collect/macos/test_coremedia.py",  # a C compiler's shared library
    "monitor/test_crash.py",  # device nodes in the camera's place
    "monitor/tell/test_desktop.py",  # a message bus and a display of X
    "monitor/tell/test_desktop_of_others.py",  # another user's message bus and display
    "monitor/tell/test_door.py",  # users in numbers, and lists of who may read a file
    "history/test_as_user.py",  # another user's rights
    "monitor/test_user_manager.py",  # systemd
    "monitor/test_alive.py",  # signals that hold a process still
    "monitor/test_health.py",  # the same, and services of systemd
    "render/test_ocsf.py",  # the published schema is a package of the host
    "signatures/test_builtin.py",  # builds a wheel, counts what a scan on Linux loads
    "signatures/test_feed.py",  # permission bits and links
)
"""What in them is about Unix after all, or needs what only the host has."""

SETTINGS = {"PYTHONPATH": windows_path(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def run_tests(windows, *folders, options=(), **settings):
    """pytest on Windows over these folders; its last lines are shown when it fails."""
    words = [windows_path(ROOT / "tests" / folder) for folder in folders]
    always = ["-q", "-p", "no:cacheprovider", f"--rootdir={windows_path(ROOT)}"]
    result = windows.run_python(
        "-m", "pytest", *always, *options, *words, timeout=1200, **{**SETTINGS, **settings}
    )

    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    return result


def test_what_is_left_out_on_windows_is_there():
    """A file that was moved would run there all of a sudden."""
    assert [] == [name for name in OF_UNIX if not (ROOT / "tests" / name).exists()]


def test_collectors_read_windows(windows, monitor_library):
    """Devices, the sensor monitor, the registry, signatures and processes of a real Windows API."""
    result = run_tests(windows, "windows")

    assert " passed" in result.stdout
    assert "skipped" not in result.stdout


def test_everything_neutral_passes_on_windows(windows):
    """What is not about one system holds on Windows too, in its own encoding (cp1252)."""
    # That profile of hypothesis has no deadlines, which a shared processor would miss.
    folders = [folder for folder in NEUTRAL if (ROOT / "tests" / folder).is_dir()]
    left_out = [f"--ignore={windows_path(ROOT / 'tests' / name)}" for name in OF_UNIX]
    run_tests(windows, *folders, options=[*left_out, "--hypothesis-profile=ci"], PYTHONUTF8="0")


def test_windows_without_the_sensor_monitor_says_so(windows):
    """A Windows that lacks the library leaves a gap about capture, and everything else."""
    result = windows.run_python("-m", "camcheck", "scan", "--format", "json", **SETTINGS)
    plain = json.loads(result.stdout)
    gaps = {(gap["fact"], gap["reason"]) for gap in plain["gaps"]}

    assert ("capture", "unsupported") in gaps
    assert plain["processes"]
    assert "" == result.stderr
