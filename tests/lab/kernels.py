"""Guest kernels: Debian's own packages of a release, unpacked in the cache and made bootable."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from .cache import LabError, cache_folder
from .initrd import write_initrd
from .packages import NEEDED, Suite, own_suite


class Kernel(NamedTuple):
    """A bootable kernel. ``modules`` is the folder that has VERSION in it."""

    suite: str
    version: str
    image: Path
    modules: Path
    initrd: Path


def get_kernel(suite: str) -> Kernel:
    """The kernel of a Debian release, fetched the first time; later from the cache alone.

    Asks apt for the current version, because old ones leave the archive. To take a newer one,
    remove the release's folder from the cache.
    """
    folder = cache_folder() / "kernel" / suite
    known = folder / "version"
    if not known.exists():
        _fetch(Suite(suite), folder)
    version = known.read_text(encoding="utf-8").strip()
    modules = folder / "modules"
    initrd = folder / "initrd"
    script = Path(__file__).with_name("initrd.py")
    if not initrd.exists() or initrd.stat().st_mtime < script.stat().st_mtime:
        busybox = Path(NEEDED["busybox-static"])
        write_initrd(initrd, modules=modules / version, busybox=busybox)
    return Kernel(suite, version, folder / "vmlinuz", modules, initrd)


def _fetch(suite: Suite, folder: Path) -> None:
    image = suite.current("linux-image-amd64")
    version = image.removeprefix("linux-image-")
    unpacked = folder / "package"
    suite.unpack(image, unpacked)
    # Newer releases split the package: linux-image only names those that hold the files.
    if not _files(unpacked, version)[0]:
        for part in ("linux-base", "linux-binary", "linux-modules"):
            if suite.has(f"{part}-{version}"):
                suite.unpack(f"{part}-{version}", unpacked)
    vmlinuz, modules = _files(unpacked, version)
    if vmlinuz is None or modules is None:
        raise LabError(f"the kernel package {image} has no kernel where one was expected")
    subprocess.run(["/usr/sbin/depmod", "-b", modules.parent.parent.parent, version], check=True)
    shutil.copy(vmlinuz, folder / "vmlinuz")
    (folder / "modules").unlink(missing_ok=True)
    (folder / "modules").symlink_to(modules.parent)
    (folder / "version").write_text(version, encoding="utf-8")


def _files(unpacked: Path, version: str) -> tuple[Path | None, Path | None]:
    """The kernel image and the modules of an unpacked package, wherever this release puts them."""
    usr = unpacked / "usr/lib/modules"
    if usr.is_dir() and not (unpacked / "lib").exists():
        (unpacked / "lib").symlink_to("usr/lib")  # depmod looks below lib
    modules = next(
        (p for p in (usr / version, unpacked / "lib/modules" / version) if p.is_dir()), None
    )
    images = (unpacked / f"boot/vmlinuz-{version}", usr / version / "vmlinuz")
    return next((path for path in images if path.exists()), None), modules


def get_extra_root() -> Path:
    """What is laid over the host's root in the guest: udev, which makes nodes usable."""
    folder = cache_folder() / "extra-root"
    if not (folder / ".complete").exists():
        suite = Suite(own_suite())
        suite.unpack("udev", folder)
        # A real /lib in this layer would hide the host's link from /lib to /usr/lib.
        for name in ("bin", "sbin", "lib", "lib64"):
            if (folder / name).is_dir() and not (folder / name).is_symlink():
                shutil.copytree(
                    folder / name, folder / "usr" / name, symlinks=True, dirs_exist_ok=True
                )
                shutil.rmtree(folder / name)
        (folder / ".complete").touch()
    return folder
