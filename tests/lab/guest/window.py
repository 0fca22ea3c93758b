"""The window and its sign while a program films with a real camera driver.

Call: python -m tests.lab.guest.window PYTHON FOLDER; PYTHON is an interpreter with PySide6, FOLDER
that of the sources of the project. Prints JSON.
"""

import subprocess
import sys

from .matrix import the_webcam


def main() -> int:
    """As root, whose monitor hears of each opening by name."""
    interpreter, folder = sys.argv[1:]
    node = the_webcam("iso").video
    words = ["/lab/bin/stream", "-d", node]
    done = subprocess.run(
        [interpreter, "-m", "tests.window.course", *words],
        env={"PYTHONPATH": folder, "HOME": "/root", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        cwd=folder,
        check=False,
    )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
