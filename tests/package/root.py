"""A clean Debian of its own below a folder; each test has a layer above it."""

import platform
import shutil
import subprocess
from pathlib import Path

ENTER = """\
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root" &&
mount -t proc proc "$2/root/proc" && mount --rbind /dev "$2/root/dev" &&
folder=$2 && shift 2 && exec chroot "$folder/root" "$@"
"""
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
MEANS = {"mmdebstrap": "mmdebstrap", "dh": "debhelper", "lintian": "lintian",
         "desktop-file-validate": "desktop-file-utils", "appstreamcli": "appstream",
         "groff": "groff-base"}  # fmt: skip


def missing() -> list[str]:
    """The Debian packages that are needed and not there."""
    return [package for program, package in MEANS.items() if shutil.which(program) is None]


def field(package: Path, name: str) -> str:
    """A field of a package."""
    asked = ["dpkg-deb", "-f", str(package), name]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def wanted(packages: list[Path]) -> list[str]:
    """What packages depend on, but for each other; of several ways the one that this Debian has."""
    own = {field(package, "Package") for package in packages}
    found = []
    for depends in (field(package, "Depends") for package in packages):
        for one in depends.split(","):
            names = [way.split("(")[0].strip() for way in one.split("|")]
            found += [next(filter(is_known, names[:-1]), names[-1])]
    return sorted(set(found) - own)


def is_known(name: str) -> bool:
    """Whether this Debian has a package of that name."""
    return not subprocess.run(
        ["apt-cache", "show", name], capture_output=True, check=False
    ).returncode


def make(folder: Path, packages: list[str]) -> Path:
    """A minimal Debian of this machine's release, with some packages and no package cache."""
    release = platform.freedesktop_os_release()["VERSION_CODENAME"]
    options = ["--quiet", "--variant=essential", "--dpkgopt=force-unsafe-io"]
    options += ['--aptopt=Acquire::Languages "none"', '--aptopt=Acquire::Retries "3"']
    target = folder / "debian"
    words = ["mmdebstrap", *options, f"--include={','.join(packages)}", release, str(target)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr[-3000:]
    return target


class Machine:
    """A layer above a root: what a test changes there is its own."""

    def __init__(self, root: Path, layer: Path) -> None:
        self.root, self.layer = root, layer
        for name in ("upper", "work", "root"):
            (layer / name).mkdir(parents=True)

    def run(self, *command: str, **options) -> subprocess.CompletedProcess[str]:
        """A command of it, as root, without network, in an environment of nothing but PATH."""
        spaces = ["--mount", "--pid", "--net", "--fork", "--kill-child"]
        words = ["unshare", *spaces, "sh", "-c", ENTER, "sh", str(self.root), str(self.layer)]
        given = {"env": {"PATH": PATH}, "timeout": 600, **options}
        return subprocess.run(
            [*words, *command], capture_output=True, text=True, check=False, **given
        )

    def do(self, *command: str, **options) -> str:
        """The same for one that has to succeed; what it said."""
        done = self.run(*command, **options)
        assert 0 == done.returncode, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
        return done.stdout

    def put(self, source: Path, name: str = "") -> str:
        """Copies a file into it; returns where it is there."""
        (self.layer / "upper/srv").mkdir(exist_ok=True)
        shutil.copy(source, self.layer / "upper/srv" / (name or source.name))
        return f"/srv/{name or source.name}"

    def files(self) -> set[str]:
        """Every name there is, without those that dpkg and the system keep for themselves."""
        kept = ("/proc", "/dev", "/srv", "/tmp", "/var/lib/dpkg", "/var/log", "/var/cache", "/run")
        listed = self.do("find", "/", "-xdev", "-not", "-type", "d", "-print").splitlines()
        return {name for name in listed if not name.startswith(kept)}
