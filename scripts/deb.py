"""Builds the Debian packages camcheck and camcheck-window (FOLDER/*.deb).

Usage: python scripts/deb.py [FOLDER]. Needs debhelper, and in this Python build, hatchling and pip,
which fetches what the packages carry (distribution/debian/carried*.txt); to install them needs no
network but for what Debian has. Where this Python has no wheels of Qt for this machine, it fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
import zipfile
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGING = ROOT / "distribution"
HOME = "usr/lib/camcheck"
PYTHON = f"/{HOME}/bin/python"
SITE = f"{HOME}/lib/python3/site-packages"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
APPLICATION = "org.camcheck.window"
MODULES = ("Core", "DBus", "Gui", "Network", "Svg", "Widgets")
LIBRARIES = (*MODULES, "OpenGL", "WaylandClient", "XcbQpa")
PLUGINS = (
    "iconengines/libqsvgicon",
    "imageformats/libqsvg",
    "platforminputcontexts/libcompose",
    "platforminputcontexts/libibus",
    "platforms/libqoffscreen",
    "platforms/libqwayland",
    "platforms/libqxcb",
    "platformthemes/",
    "wayland-decoration-client/",
    "wayland-graphics-integration-client/libqt-plugin-wayland-egl",
    "wayland-shell-integration/libxdg-shell",
    "xcbglintegrations/",
)
QT = (
    *(f"PySide6/Qt{name}.abi3.so" for name in MODULES),
    *(f"PySide6/Qt/lib/libQt6{name}.so.6" for name in LIBRARIES),
    *(f"PySide6/Qt/lib/libicu{name}.so." for name in ("data", "i18n", "uc")),
    *(f"PySide6/Qt/plugins/{name}" for name in PLUGINS),
    *("PySide6/_", "PySide6/libpyside6.abi3.so.", "PySide6/support/", "shiboken6/"),
)
"""How the names begin of what is carried of Qt: what the window imports, and what that loads."""
CHANGELOG = """\
camcheck ({version}) unstable; urgency=medium

{changes}

 -- {maintainer}  {day}
"""
STARTER = f'#!/bin/sh\nexec {PYTHON} -I -m camcheck "$@"\n'
VENV = "home = /usr/bin\ninclude-system-site-packages = true\n"


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        tree = Path(work) / "camcheck"
        stage = tree / "stage"
        shutil.copytree(PACKAGING / "debian", tree / "debian")
        made = tree / "made"
        version = stage_program(stage / "camcheck", made)
        write_debian(tree / "debian", made, version)
        stage_window(stage / "camcheck-window", made)
        for name in ("camcheck", "camcheck-window"):
            (tree / f"debian/{name}.install").write_text(f"stage/{name}/* /\n")
        build = {**environment(), "DEB_BUILD_OPTIONS": "nocheck"}
        run("dpkg-buildpackage", "-b", "-us", "-uc", "-d", cwd=tree, env=build)
        for built in sorted(Path(work).glob("*.deb")):
            print(shutil.copy(built, folder))  # noqa: T201 - a script for developers
    return 0


def environment() -> dict[str, str]:
    """The same sources give the same packages: their date is that of the last commit."""
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return dict(os.environ)
    words = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    asked = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    day = asked.stdout.strip() or str(int((ROOT / "CHANGELOG.md").stat().st_mtime))
    return {**os.environ, "SOURCE_DATE_EPOCH": day}


def run(*words: str, **options: object) -> None:
    """One step of the build, whose output is told where it fails."""
    subprocess.run(words, check=True, stdout=sys.stderr, **options)  # type: ignore[call-overload] # noqa: S603


def pip(*words: str, **settings: str) -> None:
    """pip of this Python."""
    quiet = ("--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", *words, *quiet, env={**environment(), **settings})


def stage_program(stage: Path, made: Path) -> str:
    """camcheck, what it carries, and what comes from its own help; returns its version."""
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(made),
        str(ROOT), env=environment())  # fmt: skip
    (wheel,) = made.glob("camcheck-*.whl")
    site = stage / SITE
    site.mkdir(parents=True)
    zipfile.ZipFile(wheel).extractall(site)
    carried = ("--no-compile", "--no-deps", "--require-hashes", "--target", str(site))
    given = str(PACKAGING / "debian/carried.txt")
    pip("install", *carried, "-r", given, SKIP_CYTHON="1")  # all of it Python
    for listed in site.rglob("*.pxd"):
        listed.unlink()
    for one in VERSIONS:
        (stage / HOME / f"lib/python{one}").symlink_to("python3")
    (stage / HOME / "bin").mkdir()
    (stage / HOME / "bin/python").symlink_to("../../../bin/python3")
    (stage / HOME / "pyvenv.cfg").write_text(VENV)
    script(stage / "usr/bin/camcheck", STARTER)
    script(stage / "usr/share/python3/runtime.d/camcheck.rtupdate",
           (PACKAGING / "debian/rtupdate").read_text())  # fmt: skip
    pages = {**environment(), "PYTHONPATH": str(site)}
    run(sys.executable, str(ROOT / "scripts/manual.py"), str(made / "manual"), env=pages)
    for shell, place in (("bash", "bash-completion/completions/camcheck"),
                         ("zsh", "zsh/vendor-completions/_camcheck"),
                         ("fish", "fish/vendor_completions.d/camcheck.fish")):  # fmt: skip
        copy(made / f"manual/camcheck.{shell}", stage / "usr/share" / place)
    return wheel.name.split("-")[1]


def stage_window(stage: Path, made: Path) -> None:
    """The parts of Qt, and what the desktop reads."""
    pip("download", "--no-deps", "--require-hashes", "--only-binary=:all:", "--dest",
        str(made / "qt"), "-r", str(PACKAGING / "debian/carried-window.txt"))  # fmt: skip
    for wheel in (made / "qt").glob("*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            wanted = [one for one in packed.namelist() if one.startswith(QT)]
            kept = [one for one in wanted if not one.endswith((".pyc", ".pyi", ".h", "py.typed"))]
            packed.extractall(stage / SITE, kept)
    for library in (stage / SITE / "PySide6/Qt/lib").glob("libicu*"):
        run("strip", "--strip-unneeded", str(library))
    share = stage / "usr/share"
    desktop = PACKAGING / "desktop"
    copy(desktop / f"{APPLICATION}.desktop", share / f"applications/{APPLICATION}.desktop")
    copy(desktop / f"{APPLICATION}.metainfo.xml", share / f"metainfo/{APPLICATION}.metainfo.xml")
    copy(desktop / f"{APPLICATION}.svg", share / f"icons/hicolor/scalable/apps/{APPLICATION}.svg")


def write_debian(debian: Path, made: Path, version: str) -> None:
    """What debhelper reads, as far as it comes from the code: the log, the units, the pages."""
    control = (debian / "control").read_text()
    maintainer = control.partition("Maintainer: ")[2].partition("\n")[0]
    day = datetime.fromtimestamp(int(environment()["SOURCE_DATE_EPOCH"]), UTC)
    newest = (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1].partition("\n")[2].strip()
    told = CHANGELOG.format(
        version=version,
        changes="\n".join(map(_change, newest.split("\n* "))),
        maintainer=maintainer,
        day=format_datetime(day),
    )
    (debian / "changelog").write_text(told)
    sys.path.insert(0, str(ROOT))
    from camcheck.monitor.service import systemd

    command = (PYTHON, "-I", "-m", "camcheck", "monitor")
    for ending, for_all in (("service", True), ("user.service", False)):
        unit = systemd.unit(command, for_all=for_all)
        (debian / f"camcheck.camcheck-monitor.{ending}").write_text(unit)
    pages = [page.relative_to(debian.parent) for page in sorted((made / "manual").glob("*.1"))]
    (debian / "camcheck.manpages").write_text("\n".join(map(str, pages)))


def _change(written: str) -> str:
    """An entry of the log, in lines as short as Debian has them."""
    words = " ".join(written.removeprefix("* ").split())
    return textwrap.fill(words, 78, initial_indent="  * ", subsequent_indent="    ")


def script(path: Path, text: str) -> None:
    """A file that can be started."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def copy(source: Path, target: Path) -> None:
    """A copy in a folder that may not be there yet."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


if __name__ == "__main__":
    sys.exit(main())
