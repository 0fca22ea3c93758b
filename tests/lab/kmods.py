"""Kernel modules that Debian's kernel lacks: v4l2loopback, and a privacy light like a laptop's."""

import shutil
import subprocess
from pathlib import Path

from .cache import LabError, cache_folder, fingerprint
from .kernels import Kernel
from .packages import Suite, own_suite

SOURCES = Path(__file__).with_name("kmod")


def get_kernel_modules(kernel: Kernel) -> Path | None:
    """The folder with the built modules; None for a release other than the host's.

    Another release's build tools need another C library than this machine's.
    """
    if kernel.suite != own_suite():
        return None
    name = fingerprint(SOURCES.iterdir(), salt=kernel.version)
    target = cache_folder() / f"modules-{name}"
    if not target.is_dir():
        draft = target.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        _build(kernel, draft)
        draft.rename(target)
    return target


def _build(kernel: Kernel, target: Path) -> None:
    suite = Suite(kernel.suite)
    headers = cache_folder() / "kernel" / kernel.suite / "headers"
    base = kernel.version.rsplit("-", 1)[0]
    kbuild = f"linux-kbuild-{'.'.join(base.split('-')[0].split('.')[:2])}"
    for package in (
        f"linux-headers-{kernel.version}",
        f"linux-headers-{base}-common",
        kbuild,
        "v4l2loopback-dkms",
    ):
        suite.unpack(package, headers)
    tree = headers / f"usr/src/linux-headers-{kernel.version}"
    _relocate(tree / "Makefile", headers)
    _relocate(tree / ".kernelvariables", headers)
    loopback = next((headers / "usr/src").glob("v4l2loopback-*"))
    for source, module in ((SOURCES, "camlab_led"), (loopback, "v4l2loopback")):
        work = target / f"build-{module}"
        shutil.copytree(source, work)
        (work / "Kbuild").write_text(f"obj-m := {module}.o\n", encoding="ascii")
        make = ["make", "-s", "-j2", "-C", str(tree), f"M={work}", "modules"]
        done = subprocess.run(make, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode:
            raise LabError(f"{module} cannot be built: {done.stderr[-2000:]}")
        shutil.copy(work / f"{module}.ko", target)
        shutil.rmtree(work)


def _relocate(makefile: Path, headers: Path) -> None:
    """Lets a makefile of the unpacked headers find the others where they are unpacked."""
    text = makefile.read_text(encoding="utf-8")
    if str(headers) not in text:
        text = text.replace("/usr/src/linux-headers", f"{headers}/usr/src/linux-headers")
        text = text.replace("/usr/lib/linux-kbuild", f"{headers}/usr/lib/linux-kbuild")
        makefile.write_text(text, encoding="utf-8")
