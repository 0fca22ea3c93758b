"""The packages of Debian, built once, and a clean Debian for each test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import root

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def debs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The packages by name, built by the script; compressed in a hurry."""
    if why := root.missing():
        assert not os.environ.get("CI"), f"needed in CI: {', '.join(why)}"
        pytest.skip(f"needs {', '.join(why)}")
    folder = tmp_path_factory.mktemp("debs")
    hurry = {"DPKG_DEB_COMPRESSOR_TYPE": "gzip", "DPKG_DEB_COMPRESSOR_LEVEL": "1"}
    words = [sys.executable, str(ROOT / "scripts/deb.py"), str(folder)]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, env={**os.environ, **hurry}
    )
    assert 0 == done.returncode, done.stderr[-3000:]
    return {root.field(package, "Package"): package for package in folder.glob("*.deb")}


@pytest.fixture(scope="session")
def debian(debs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean Debian with what the packages depend on, and systemd for the services."""
    if os.geteuid():
        assert not os.environ.get("CI"), "needed in CI: root"
        pytest.skip("a root of Debian is made by root alone")
    return root.make(
        tmp_path_factory.mktemp("root"), [*root.wanted(list(debs.values())), "systemd"]
    )


@pytest.fixture
def machine(debian: Path, tmp_path: Path) -> root.Machine:
    """A fresh layer above it."""
    return root.Machine(debian, tmp_path / "machine")
