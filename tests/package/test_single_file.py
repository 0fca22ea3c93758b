"""The single files of this system: the one that is put on a stick, and the one with the window."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import until
from tests.window.desk import desktop

ROOT = Path(__file__).parents[2]


def built(folder: Path, *options: str) -> Path:
    """The program, built by the script."""
    if importlib.util.find_spec("PyInstaller") is None:
        if os.environ.get("CI"):
            pytest.fail("needed in CI: PyInstaller")
        pytest.skip("PyInstaller is not installed")
    script = [sys.executable, str(ROOT / "scripts" / "package.py"), *options, str(folder)]
    subprocess.run(script, check=True, capture_output=True)
    (made,) = (one for one in folder.iterdir() if one.suffix != ".sha256")
    return made


@pytest.fixture(scope="session")
def single_file(tmp_path_factory):
    """The one for sticks and servers."""
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="session")
def window_file(tmp_path_factory):
    """The one with the window."""
    pytest.importorskip("PySide6", reason="PySide6 is not installed")
    return built(tmp_path_factory.mktemp("dist"), "--window")


def test_program_scans_without_python(single_file, tmp_path):
    """In an empty environment, from another folder, it gives a whole report."""
    words = [str(single_file), "scan", "--format", "json"]
    result = subprocess.run(
        words, capture_output=True, cwd=tmp_path, env={"TMPDIR": str(tmp_path)}, check=False
    )
    report = json.loads(result.stdout)

    assert b"" == result.stderr
    assert "processes" in report
    assert result.returncode in (0, 3, *range(10, 15))


def test_program_reads_hives(single_file, tmp_path):
    """What is imported by name only, the reader of registry hives, is in the file as well."""
    path = tmp_path / "NTUSER.DAT"
    path.write_bytes(b"no hive")
    words = [str(single_file), "scan", "--offline-hive", str(path)]
    result = subprocess.run(words, capture_output=True, text=True, check=False)

    assert 1 == result.returncode
    assert "no registry hive" in result.stderr


def test_program_is_its_own_python_for_its_own_modules_alone(single_file):
    """What camcheck starts in a process of its own is asked for by name; nothing else is run."""
    words = [str(single_file), "--own-module"]
    refused = subprocess.run([*words, "timeit"], capture_output=True, text=True, check=False)
    yara = [*words, "camcheck.signatures.yara"]
    given = b'{"sources": [], "files": []}'
    heard = subprocess.run(yara, input=given, capture_output=True, check=False)

    assert 1 == refused.returncode
    assert "timeit is none of its modules" in refused.stderr
    assert (b"", 0) == (heard.stderr, heard.returncode)


def test_a_double_click_opens_the_window(window_file, tmp_path):
    """Started without words on a real screen it shows its window; a second click brings up the
    first; a notification comes from the same file; SIGTERM ends it. With words it scans."""
    with desktop(tmp_path) as desk:
        given = {**desk.environment, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
        window = subprocess.Popen([window_file], env=given)
        try:
            search = ["xdotool", "search", "--onlyvisible", "--name", "camcheck"]
            until(lambda: subprocess.run(search, env=given, capture_output=True).stdout)
            assert 0 == subprocess.run([window_file], env=given, check=False).returncode
            told = json.dumps({"title": "A camera is in use", "body": "", "urgent": False})
            notify = [window_file, "--own-module", "camcheck.monitor.tell.notify"]
            subprocess.run(notify, input=told, text=True, env=given, check=True)
            assert "A camera is in use" in desk.notifications()
        finally:
            window.terminate()
            ended = window.wait()
    scanned = subprocess.run(
        [window_file, "scan", "--format", "json"], capture_output=True, check=False
    )

    assert 0 == ended
    assert json.loads(scanned.stdout)["schema_version"]
