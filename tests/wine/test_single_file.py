"""The single-file camcheck for a stick: built on Windows, and it answers there."""

import hashlib
from pathlib import Path

from tests.wine.winpython import windows_path

ROOT = Path(__file__).parents[2]


def test_single_file_is_built_and_answers(windows, monitor_library):
    """The script builds one .exe with its digest, and that .exe scans without any Python."""
    script = windows_path(ROOT / "scripts" / "package.py")
    built = windows.run_python(script, "C:\\dist", timeout=1200, PYTHONDONTWRITEBYTECODE="1")

    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    folder = windows.prefix / "drive_c" / "dist"
    (program,) = folder.glob("*.exe")
    (digest,) = folder.glob("*.sha256")
    assert digest.read_text().split()[0] == hashlib.sha256(program.read_bytes()).hexdigest()

    answer = windows.run(f"C:\\dist\\{program.name}", "scan", "--details")

    assert "No camera was found" in answer.stdout, answer.stderr
    assert "camcheck 0." in answer.stdout
    assert answer.returncode in (0, 3)
