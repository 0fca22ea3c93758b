"""The single-file camcheck of this system, as it is put on a stick."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def single_file(tmp_path_factory):
    """The program, built by the script."""
    if importlib.util.find_spec("PyInstaller") is None:
        if os.environ.get("CI"):
            pytest.fail("needed in CI: PyInstaller")
        pytest.skip("PyInstaller is not installed")
    folder = tmp_path_factory.mktemp("dist")
    script = [sys.executable, str(ROOT / "scripts" / "package.py"), str(folder)]
    subprocess.run(script, check=True, capture_output=True)
    (built,) = (one for one in folder.iterdir() if one.suffix != ".sha256")
    return built


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
