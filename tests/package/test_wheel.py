"""What people install: a wheel that scans in an environment with nothing else."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command, **options):
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=900, **options
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT))
    assert 0 == built.returncode, built.stdout[-2000:] + built.stderr[-2000:]
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_is_whole_and_nothing_else(wheel):
    """Types, licence and rules are inside; tests and scripts are not."""
    names = zipfile.ZipFile(wheel).namelist()

    assert "camcheck/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert [] == [name for name in names if name.startswith(("tests", "scripts", "docs"))]
    sources = {str(path.relative_to(ROOT)) for path in (ROOT / "camcheck").rglob("*.py")}
    assert sources <= set(names)
    if (ROOT / "rules").is_dir():
        assert any("rules" in name for name in names)


def test_the_wheel_scans_in_an_empty_environment(wheel, tmp_path):
    """pipx does the same: an environment, the wheel, a scan; no path of this tree helps."""
    place = tmp_path / "environment"
    venv.create(place, with_pip=True)
    python, command = place / "bin/python", place / "bin/camcheck"
    installed = run(str(python), "-m", "pip", "install", "--disable-pip-version-check", str(wheel))
    assert 0 == installed.returncode, installed.stderr[-2000:]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    by_name = run(str(command), "scan", cwd=tmp_path, env=clean)
    by_module = run(str(python), "-m", "camcheck", "explain", cwd=tmp_path, env=clean)

    assert by_name.returncode in (0, 3, 10, 11, 12, 13, 14)
    assert "camcheck report" in by_name.stdout
    assert ("", 0) == (by_module.stderr, by_module.returncode)
