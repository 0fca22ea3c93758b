"""What people install: a wheel that scans in an environment with nothing else, and its sources."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command, **options):
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=900, **options
    )


def program(name: str) -> str:
    """A program of this Python's environment."""
    return str(Path(sys.executable).with_name(name))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel, built from the sources that are published, and those from this tree: as PyPI has
    it. The sources lie beside it."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ("-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT))
    built = run(sys.executable, *words)
    assert 0 == built.returncode, built.stdout[-2000:] + built.stderr[-2000:]
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def wheelhouse(wheel, tmp_path_factory):
    """Everything that the wheel depends on, so that installing needs no network."""
    folder = tmp_path_factory.mktemp("wheelhouse")
    words = ("-m", "pip", "download", "--quiet", "--dest", str(folder), str(wheel))
    fetched = run(sys.executable, *words)
    assert 0 == fetched.returncode, fetched.stderr[-2000:]
    return folder


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


def test_the_sources_hold_what_builds_and_tests_them(wheel):
    """Rules, tests, scripts and the files for other systems are in the archive of sources."""
    (sources,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(sources) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"pyproject.toml", "hatch_build.py", "LICENSE", "README.md", "CHANGELOG.md"} <= names
    assert {"scripts/deb.py", "tests/package/test_wheel.py", "distribution/debian/rules"} <= names


def test_the_index_would_take_both(wheel):
    """Metadata and the page that README.md becomes, as twine judges them before it uploads."""
    files = [str(path) for path in wheel.parent.iterdir()]
    judged = run(program("twine"), "check", "--strict", *files, env={**os.environ, "NO_COLOR": "1"})

    assert 0 == judged.returncode, judged.stdout
    assert 2 == judged.stdout.count("PASSED")


def test_uvx_and_pipx_run_it_without_a_network(wheel, wheelhouse, tmp_path):
    """One command without installing; the index is not asked."""
    offline = ("--no-index", "--find-links", str(wheelhouse))
    kept = {key: value for key, value in os.environ.items() if key[:4] not in ("PIP_", "PYTH")}
    homes = {name: str(tmp_path / name) for name in ("PIPX_HOME", "UV_CACHE_DIR", "UV_TOOL_DIR")}
    options = {"cwd": tmp_path, "env": {**kept, **homes}}
    words = ("camcheck", "scan", "--format", "json")
    uv = (program("uvx"), "--offline", "--python", sys.executable, *offline, "--from", str(wheel))
    pipx = (program("pipx"), "run", f"--pip-args={' '.join(offline)}", "--spec", str(wheel))
    by_uv, by_pipx = run(*uv, *words, **options), run(*pipx, *words, **options)

    for done in (by_uv, by_pipx):
        assert done.returncode in (0, 3, 10, 11, 12, 13, 14), done.stderr[-2000:]
        assert json.loads(done.stdout)["schema_version"]


def pythons() -> list[str]:
    """The Pythons of this machine that camcheck supports; ours is one."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = (shutil.which(f"python3.{minor}") for minor in range(11, 15) if f"3.{minor}" != own)
    others = [path for path in found if path and not run(path, "-I", "-c", "").returncode]
    return [sys.executable, *others]


@pytest.mark.parametrize("python", pythons())
def test_every_python_that_is_here_runs_it(wheel, python, tmp_path):
    """Each Python between 3.11 and 3.14 that is here, in an environment of its own."""
    made = run(program("uv"), "venv", "--quiet", "--python", python, str(tmp_path / "environment"))
    assert 0 == made.returncode, made.stderr
    into = str(tmp_path / "environment/bin/python")
    installed = run(program("uv"), "pip", "install", "--quiet", "--python", into, str(wheel))
    assert 0 == installed.returncode, installed.stderr
    done = run(into, "-I", "-m", "camcheck", "scan", "--format", "json", cwd=tmp_path)

    assert done.returncode in (0, 3, 10, 11, 12, 13, 14), done.stderr
    assert json.loads(done.stdout)["schema_version"]
