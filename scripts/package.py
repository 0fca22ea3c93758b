"""Builds the single-file camcheck of the system that it runs on: dist/camcheck-SYSTEM-MACHINE.

Usage: python scripts/package.py [FOLDER]. It needs camcheck, its extra "offline" and PyInstaller in
this Python. The file needs no Python and no installation: it can be put on a stick.
"""

import hashlib
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
LEFT_OUT = ("tkinter", "cv2", "numpy", "pytest", "hypothesis", "mypy", "PySide6", "shiboken6")


def main() -> int:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist").resolve()
    name = f"camcheck-{platform.system().lower()}-{platform.machine().lower()}"
    with tempfile.TemporaryDirectory() as work:
        words = ["--onefile", "--clean", "--noconfirm", "--log-level=ERROR", "--noupx"]
        words += [] if os.name == "nt" else ["--strip"]
        words += ["--name", name, "--distpath", str(folder), "--workpath", work, "--specpath", work]
        words += ["--paths", str(ROOT), "--collect-submodules", "camcheck"]
        words += ["--collect-data", "camcheck"]
        words += [word for module in LAZY for word in ("--hidden-import", module)]
        words += [word for module in LEFT_OUT for word in ("--exclude-module", module)]
        # The same sources give the same file: no random order of sets, one date for all.
        settings = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1704067200"}
        # The packager imports camcheck to list its modules, the compiled rules among them.
        environment = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
        compile_rules = [sys.executable, "-c", COMPILE_RULES]
        subprocess.run(compile_rules, check=True, env=environment)  # noqa: S603 - this very Python
        command = [sys.executable, "-m", "PyInstaller", *words, str(ROOT / "camcheck/__main__.py")]
        subprocess.run(  # noqa: S603 - this very Python
            command, check=True, cwd=work, env=environment
        )
    built = folder / (name + (".exe" if os.name == "nt" else ""))
    digest = hashlib.sha256(built.read_bytes()).hexdigest()
    built.with_name(f"{built.name}.sha256").write_text(f"{digest}  {built.name}\n")
    print(  # noqa: T201 - a script for developers
        f"{built} {built.stat().st_size} bytes, SHA-256 {digest}"
    )
    started = subprocess.run([str(built), "--version"], check=False)  # noqa: S603 - just built
    return started.returncode


if __name__ == "__main__":
    sys.exit(main())
