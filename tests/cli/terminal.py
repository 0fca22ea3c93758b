"""A terminal with a person before it: a pseudo-terminal, what it shows, and keys."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

from tests.cli.conftest import environment

LIMIT = 60.0
"""Seconds until something that does not come is a failure."""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal:
    """camcheck, or what stands in for it, on a terminal of its own that is its controlling one."""

    def __init__(self, *arguments: str, module: str, columns: int = 80, **changes) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.shown = ""
        self._read = 0
        self._open = True
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={"COVERAGE_PROCESS_START": "", **environment(**changes)},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def until(self, words: str) -> str:
        """Waits until the words are shown, after what was waited for before; all up to them."""
        end = time.monotonic() + LIMIT
        while (at := self.plain.find(words, self._read)) < 0:
            if not self._more(end - time.monotonic()):
                raise AssertionError(f"{words!r} was not shown, but: {self.plain[self._read :]}")
        start, self._read = self._read, at + len(words)
        return self.plain[start : self._read]

    @property
    def plain(self) -> str:
        return COLOUR.sub("", self.shown.replace("\r\n", "\n"))

    def press(self, key: str) -> None:
        os.write(self.master, key.encode())

    def hang_up(self) -> None:
        os.close(self.master)
        self._open = False

    def end(self, *, keep: bool = False) -> int:
        """All that is shown until it ends; its exit code. The terminal stays open with ``keep``."""
        end = time.monotonic() + LIMIT
        while self._more(end - time.monotonic()):
            pass
        code = self.process.wait(10)
        if not keep:
            self.hang_up()
        return code

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        if self._open:
            self.hang_up()

    def _more(self, seconds: float) -> bool:
        """Reads on; false at the end."""
        if seconds <= 0 or not select.select([self.master], [], [], seconds)[0]:
            raise AssertionError(f"nothing more came; shown: {self.plain[self._read :]}")
        try:
            part = os.read(self.master, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.shown += part.decode()
        return bool(part)


def columns(text: str) -> int:
    """The widest line that is more than one word."""
    lines = [line for line in text.splitlines() if len(line.split()) > 1]
    return max(map(len, lines), default=0)
