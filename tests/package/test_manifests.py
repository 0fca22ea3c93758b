"""What other package managers read of a release: as far as their own tools judge it here."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ADDRESS = "https://camcheck.invalid/releases/1.2.3"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder with the files of a release, and what the script writes beside them."""
    (tmp_path / "camcheck-1.2.3.tar.gz").write_bytes(b"sources")
    (tmp_path / "camcheck-windows-amd64.exe").write_bytes(b"program")
    script = [sys.executable, str(ROOT / "scripts/manifests.py"), str(tmp_path), ADDRESS]
    subprocess.run(script, check=True)
    return tmp_path


def judged(*words: str, file: Path) -> str:
    """What a tool of Debian says of a file, run as nobody where we are root: makepkg demands it."""
    if shutil.which(words[0]) is None:
        assert not os.environ.get("CI"), f"needed in CI: {words[0]} (tests/packages-deb.txt)"
        pytest.skip(f"{words[0]} is not installed")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, folder)
        if not os.geteuid():
            os.chown(folder, 65534, 65534)
            words = (*nobody, *words)
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return done.stdout


def sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def test_ruby_reads_the_formula(release: Path):
    """Address and digest of the sources are in it."""
    formula = (release / "camcheck.rb").read_text()

    assert "Syntax OK" in judged("ruby", "-wc", "camcheck.rb", file=release / "camcheck.rb")
    assert f'url "{ADDRESS}/camcheck-1.2.3.tar.gz"' in formula
    assert f'sha256 "{sha256(b"sources")}"' in formula


def test_makepkg_reads_the_pkgbuild(release: Path):
    """The metadata that it makes of it; what the package installs is in the sources."""
    told = judged("makepkg", "--printsrcinfo", file=release / "PKGBUILD").splitlines()
    names = [line.strip() for line in told]

    assert "pkgver = 1.2.3" in names
    assert f"source = {ADDRESS}/camcheck-1.2.3.tar.gz" in names
    assert f"sha256sums = {sha256(b'sources')}" in names
    assert len(list((ROOT / "distribution/desktop").iterdir())) == 3


def test_the_manifests_of_winget_have_what_its_schema_demands(release: Path):
    """The required fields of version 1.6.0, and the digest of the program."""
    manifests = [yaml.safe_load(one.read_text()) for one in (release / "winget").iterdir()]
    by_kind = {one["ManifestType"]: one for one in manifests}
    (installer,) = by_kind["installer"]["Installers"]

    assert {"version", "installer", "defaultLocale"} == set(by_kind)
    assert all(one["PackageVersion"] == "1.2.3" for one in manifests)
    assert all(one["ManifestVersion"] == "1.6.0" for one in manifests)
    assert sha256(b"program") == installer["InstallerSha256"].lower()
    assert f"{ADDRESS}/camcheck-windows-amd64.exe" == installer["InstallerUrl"]
