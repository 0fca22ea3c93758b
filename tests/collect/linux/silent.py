"""A file system whose server falls silent, and programs that use it to keep others waiting."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.apart import odd_machine

SOURCES = Path(__file__).parents[2] / "lab/holders"
ANOTHER_USER = 65534


def built(name: str, folder: Path, *options: str) -> Path:
    """A program of C of the lab, compiled."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("a C compiler makes the programs of this test (gcc)")
    program = folder / name
    command = [
        compiler,
        "-O1",
        "-Wall",
        "-Werror",
        "-pthread",
        "-o",
        program,
        SOURCES / f"{name}.c",
    ]
    subprocess.run([*command, *options], check=True, timeout=120)
    return program


class Silent:
    """The file system: each name in it is ``/bin/sleep``, and a page more that never comes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.place = folder, folder / "files"
        self.place.mkdir()
        self.running: list[subprocess.Popen[bytes]] = []
        self.server = subprocess.Popen(
            [built("silent", folder), self.place, "/bin/sleep"], stdout=subprocess.PIPE
        )
        assert self.server.stdout
        if not self.server.stdout.readline().startswith(b"READY"):
            pytest.skip("FUSE cannot be mounted here")

    def fall_silent(self) -> None:
        """From now on the server takes requests and answers none."""
        self.server.send_signal(signal.SIGUSR1)

    def block(self, held: str = "/dev/null") -> int:
        """Another user's process that keeps everybody waiting who looks into its memory."""
        number = len(self.running)
        program = built("blocked", self.folder) if not number else self.folder / "blocked"
        child = subprocess.Popen(
            [program, "-d", held, self.place / f"file{number}"],
            stdout=subprocess.PIPE,
            user=ANOTHER_USER,
            group=ANOTHER_USER,
            extra_groups=[],
        )
        self.running.append(child)
        assert child.stdout
        assert child.stdout.readline().startswith(b"READY")
        return child.pid

    def run(self, **options: Any) -> subprocess.Popen[bytes]:
        """Starts the program, and waits until it runs."""
        child = subprocess.Popen([self.place / "sleeper", "60"], stdout=subprocess.PIPE, **options)
        self.running.append(child)
        until = time.monotonic() + 20
        while not os.readlink(f"/proc/{child.pid}/exe").startswith(str(self.place)):
            assert time.monotonic() < until
        return child

    def end(self) -> None:
        self.server.kill()  # lets everybody go who waits
        for child in (self.server, *self.running):
            child.kill()
            child.wait(20)
            assert child.stdout
            child.stdout.close()
        subprocess.run(["/bin/umount", "--lazy", self.place], check=False, timeout=20)


@contextmanager
def silent_file_system() -> Iterator[Silent]:
    with odd_machine(), tempfile.TemporaryDirectory(prefix="camcheck-test-") as folder:
        os.chmod(folder, 0o755)  # another user goes in and out
        made = Silent(Path(folder))
        try:
            yield made
        finally:
            made.end()
