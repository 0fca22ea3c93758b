"""Debian packages for the lab: fetched and unpacked into the cache, or installed on request."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

from .cache import REPOSITORY, LabError, cache_folder

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Debian package -> a file that tells that it is there. The list is tests/packages-lab.txt.
NEEDED = {
    "qemu-system-x86": "/usr/bin/qemu-system-x86_64",
    "busybox-static": "/usr/bin/busybox",
    "gcc": "/usr/bin/gcc",
    "libc6-dev": "/usr/include/stdio.h",
    "make": "/usr/bin/make",
    "kmod": "/usr/sbin/depmod",
    "lsof": "/usr/bin/lsof",
    "psmisc": "/usr/bin/fuser",
    "python3-venv": "/usr/bin/python3",
    "debian-archive-keyring": KEYRING,
}


def missing_packages() -> list[str]:
    """The packages of `NEEDED` that are not on this machine."""
    absent = [name for name, proof in NEEDED.items() if not Path(proof).exists()]
    if "python3-venv" not in absent:
        probe = [
            "/usr/bin/python3",
            "-c",
            "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))",
        ]
        if subprocess.run(probe, capture_output=True, check=False).returncode:
            absent.append("python3-venv")
    return absent


def why_unusable() -> str | None:
    """Why the lab cannot run on this machine, or None when it can."""
    if not shutil.which("apt-get"):
        return "the lab needs a Debian system (it takes kernels and tools from its packages)"
    if absent := missing_packages():
        return f"packages are missing; as root: scripts/lab --install ({' '.join(absent)})"
    try:
        own_suite()
    except LabError as error:
        return str(error)
    return None


def install() -> None:
    """Installs the Debian packages that the tests need; only root can."""
    done = subprocess.run([str(REPOSITORY / "scripts/packages")], check=False)
    if done.returncode:
        raise LabError("not everything is installed; the lines above say what is missing")


def own_suite() -> str:
    """The code name of the Debian release of this machine, or the one in CAMCHECK_LAB_RELEASE."""
    if named := os.environ.get("CAMCHECK_LAB_RELEASE"):
        return named
    release = Path("/etc/os-release").read_text(encoding="utf-8")
    facts = dict(line.split("=", 1) for line in release.splitlines() if "=" in line)
    if facts.get("ID") != "debian" or "VERSION_CODENAME" not in facts:
        raise LabError(
            "the lab takes kernels from Debian, and this system is another: name a release in "
            "CAMCHECK_LAB_RELEASE (bookworm...) and a Debian archive in CAMCHECK_LAB_MIRROR"
        )
    return facts["VERSION_CODENAME"].strip('"')


class Suite:
    """One Debian release as a place to get packages from, whatever this machine runs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = cache_folder() / "apt" / name
        self.downloads = cache_folder() / "deb" / name

    @cache  # noqa: B019 - a handful of objects for one short run
    def _options(self) -> tuple[str, ...]:
        for part in ("lists/partial", "archives/partial"):
            (self.folder / part).mkdir(parents=True, exist_ok=True)
        self.downloads.mkdir(parents=True, exist_ok=True)
        sources = self.folder / "sources.list"
        sources.write_text(self._sources(), encoding="utf-8")
        options = (
            "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null",
            "-o", f"Dir::State::lists={self.folder}/lists", "-o", "Dir::Cache::pkgcache=",
            "-o", f"Dir::Cache::archives={self.folder}/archives", "-o", "Dir::Cache::srcpkgcache=",
            "-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3",
        )  # fmt: skip
        if not list((self.folder / "lists").glob("*Packages*")):
            _run(["apt-get", *options, "-q", "update"])
        return options

    def _sources(self) -> str:
        mirror, security = _mirrors()
        lines = [f"deb [signed-by={KEYRING}] {mirror} {self.name} main"]
        if security and self.name != "sid":
            lines.append(f"deb [signed-by={KEYRING}] {security} {self.name}-security main")
        return "\n".join(lines) + "\n"

    def current(self, package: str) -> str:
        """The package that a package without contents, such as linux-image-amd64, stands for."""
        told = _run(["apt-cache", *self._options(), "depends", package])
        for line in told.splitlines():
            kind, _, name = line.strip().partition(": ")
            if kind == "Depends" and name.startswith(package.rsplit("-", 1)[0]):
                return name
        raise LabError(f"{self.name} has no {package}")

    def unpack(self, package: str, folder: Path) -> None:
        """Puts the files of a package below a folder, once; installs nothing."""
        done = folder / f".has-{package}"
        if done.exists():
            return
        if not list(self.downloads.glob(f"{package}_*.deb")):
            _run(["apt-get", *self._options(), "-q", "download", package], cwd=self.downloads)
        newest = max(self.downloads.glob(f"{package}_*.deb"))
        folder.mkdir(parents=True, exist_ok=True)
        _run(["dpkg-deb", "-x", str(newest), str(folder)])
        done.touch()

    def has(self, package: str) -> bool:
        """Whether this release knows the package."""
        command = ["apt-cache", *self._options(), "show", "--no-all-versions", package]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _mirrors() -> tuple[str, str | None]:
    """The archive that this machine already uses, and its security archive if it names one."""
    if named := os.environ.get("CAMCHECK_LAB_MIRROR"):
        return named, None
    told = _run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(ORIGIN)", "Created-By: Packages"]
    )
    places = [line.split()[0] for line in told.splitlines() if line.endswith(" Debian")]
    plain = [place for place in places if "security" not in place]
    if not plain:
        raise LabError(
            "apt knows no Debian archive: run apt-get update, or set CAMCHECK_LAB_MIRROR"
        )
    return plain[0], next((place for place in places if "security" in place), None)


def _run(command: list[str], *, cwd: Path | None = None) -> str:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode:
        raise LabError(f"{command[0]} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
