"""Builds the single-file camcheck of the system that it runs on: dist/camcheck-SYSTEM-MACHINE.

Usage: python scripts/package.py [--window] [FOLDER]. It needs camcheck, its extra "offline" and
PyInstaller in this Python. The file needs no Python and no installation: it can be put on a stick.
With --window it is camcheck-window-SYSTEM-MACHINE, which opens the window where it is started
without words, as by a double-click; it needs the extra "window".
"""

import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAZY = ("regipy.registry", "regipy.exceptions", "construct")
"""Imported by name only when hives are read, which the packager cannot see."""
COMPILE_RULES = (
    "from camcheck.signatures import builtin, field\n"
    "for name in field.PRODUCTS: builtin.version(name)\n"
    "builtin.texts()"
)
LEFT_OUT = ("tkinter", "cv2", "numpy", "pytest", "hypothesis", "mypy")
QT = ("PySide6", "shiboken6")
NOT_AT_HOME = ("duckdb", "cryptography")
"""Left out of the file with the window, whose size they would double: what asks many machines."""
NOT_USED = (
    r"platformthemes/libqgtk3|platforms/(lib)?q(direct2d|eglfs|linuxfb|minimalegl|vkkhrdisplay|vnc)"
    r"|imageformats/(lib)?q(gif|icns|ico|jpeg|pdf|tga|tiff|wbmp|webp)|/opengl32sw\.dll$"
    r"|^lib(gtk|gdk|gio|gmodule|atk|atspi|cairo|pango|pixman|epoxy|harfbuzz|fribidi|thai|datrie)"
)
"""What Qt would load for the looks of GTK, which has to be the system's own, for other screens,
and on Windows for OpenGL without a graphics card, which is 20 MB."""
LEAVE_OUT = """\
import re
a.binaries = [one for one in a.binaries if not re.search({pattern!r}, one[0].replace("\\\\", "/"))]
pyz = PYZ("""


def main() -> int:
    window = "--window" in sys.argv[1:]
    given = [word for word in sys.argv[1:] if word != "--window"]
    folder = Path(given[0] if given else ROOT / "dist").resolve()
    kind = "camcheck-window" if window else "camcheck"
    name = f"{kind}-{platform.system().lower()}-{platform.machine().lower()}"
    # The same sources give the same file: no random order of sets, one date for all.
    settings = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1704067200"}
    # The packager imports camcheck to list its modules, the compiled rules among them.
    environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory() as work:

        def run(*words: str) -> None:
            command = (sys.executable, *words)
            subprocess.run(command, check=True, cwd=work, env=environment)  # noqa: S603 - this Python

        run("-c", COMPILE_RULES)
        run("-m", "PyInstaller.utils.cliutils.makespec", *wishes(name, work, window=window))
        specification = Path(work, f"{name}.spec")
        if window:
            text = specification.read_text()
            leave = LEAVE_OUT.format(pattern=NOT_USED)
            specification.write_text(text.replace("pyz = PYZ(", leave, 1))
        how = ("--clean", "--noconfirm", "--log-level=ERROR", "--workpath", work)
        run("-m", "PyInstaller", *how, "--distpath", str(folder), str(specification))
    built = folder / (name + (".exe" if os.name == "nt" else ""))
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    built.with_name(f"{built.name}.sha256").write_text(f"{digest}  {built.name}\n")
    print(  # noqa: T201 - a script for developers
        f"{built} {built.stat().st_size} bytes, SHA-256 {digest}"
    )
    started = subprocess.run([str(built), "--version"], check=False)  # noqa: S603 - just built
    return started.returncode


def wishes(name: str, work: str, *, window: bool) -> list[str]:
    """What is packaged, and how, as PyInstaller is told."""
    words = ["--onefile", "--noupx", "--name", name, "--specpath", work, "--log-level=ERROR"]
    words += [] if os.name == "nt" else ["--strip"]
    words += ["--windowed"] if window else []  # no console behind the window
    words += ["--paths", str(ROOT), "--collect-submodules", "camcheck"]
    words += ["--collect-data", "camcheck"]
    if importlib.util.find_spec("desktop_notifier"):  # its picture is data of a folder of its own
        words += ["--collect-data", "desktop_notifier"]
        words += ["--hidden-import", "desktop_notifier.resources"]
    left_out = (*LEFT_OUT, *(NOT_AT_HOME if window else QT))
    words += [word for module in LAZY for word in ("--hidden-import", module)]
    words += [word for module in left_out for word in ("--exclude-module", module)]
    return [*words, str(ROOT / ("scripts/window_file.py" if window else "camcheck/__main__.py"))]


if __name__ == "__main__":
    sys.exit(main())
