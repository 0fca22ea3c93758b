"""What the lab builds on the host for the guest: camcheck from its wheel, and the holders."""

import hashlib
import shutil
import subprocess
import tomllib
from pathlib import Path

from .cache import REPOSITORY, LabError, cache_folder, fingerprint

HOLDERS = REPOSITORY / "tests/lab/holders"
PYTHON = "/usr/bin/python3"


def get_environment() -> Path:
    """A virtual environment with camcheck as its wheel installs it, rebuilt when it has changed.

    It uses the system's Python, because the guest's ordinary users cannot enter a home folder.
    """
    name = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:8]
    folder = cache_folder() / f"environment-{name}"
    if not (folder / ".created").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run([PYTHON, "-m", "venv", str(folder)])
        (folder / ".created").touch()
    sources = [path for top in ("camcheck", "rules") for path in (REPOSITORY / top).rglob("*")]
    sources += [REPOSITORY / name for name in ("pyproject.toml", "README.md", "LICENSE")]
    sources += REPOSITORY.glob("hatch*.py")
    now = fingerprint(path for path in sources if path.is_file() and path.suffix != ".pyc")
    built = folder / ".built-from"
    if not built.exists() or built.read_text(encoding="utf-8") != now:
        _install(folder)
        built.write_text(now, encoding="utf-8")
    return folder


def _install(environment: Path) -> None:
    """Builds the wheel with what pyproject.toml asks for, and installs it."""
    pyproject = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    needed = [*pyproject["build-system"]["requires"], *pyproject["project"]["dependencies"]]
    pip = [str(environment / "bin/python"), "-m", "pip", "-q", "--disable-pip-version-check"]
    again = ["--no-build-isolation", "--force-reinstall", "--no-deps"]
    _run([*pip, "install", *needed])
    _run([*pip, "install", *again, str(REPOSITORY)])


def get_holders() -> Path:
    """The compiled holder programs, rebuilt when a source has changed."""
    sources = [*HOLDERS.glob("*.c"), *HOLDERS.glob("*.h")]
    folder = cache_folder() / f"holders-{fingerprint(sources)}"
    if folder.is_dir():
        return folder
    draft = folder.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for source in HOLDERS.glob("*.c"):
        shared = ["-shared", "-fPIC", "-o", f"{draft}/{source.stem}.so"]
        program = ["-pthread", "-o", f"{draft}/{source.stem}"]
        kind = shared if source.stem.startswith("lib") else program
        _run(["gcc", "-O1", "-Wall", "-Wextra", "-Werror", *kind, str(source)])
    draft.rename(folder)
    return folder


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise LabError(f"{' '.join(command)} failed:\n{done.stderr or done.stdout}")
