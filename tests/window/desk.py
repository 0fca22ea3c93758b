"""A desktop for the window: a screen (Xvfb), a session bus, notifications (dunst), and a panel."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.waiting import until

NEEDED = ("Xvfb", "dbus-daemon", "dunst", "dunstctl", "xdotool")
ROOT = Path(__file__).parents[2]


class Talking:
    """A process that is spoken to by lines, and whose lines of JSON are kept."""

    def __init__(self, environment: dict[str, str], *words: str, log: Path) -> None:
        self._log = log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *words],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=ROOT,
            )

    def said(self) -> list[Any]:
        """All lines of JSON up to now."""
        whole = self._log.read_text().rpartition("\n")[0].splitlines()
        return [json.loads(line) for line in whole if line.startswith(("{", "[", "null", "true"))]

    def tell(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def ask(self, line: str) -> Any:
        """The answer to a line."""
        before = len(self.said())
        self.tell(line)
        until(lambda: len(self.said()) > before or self.process.poll() is not None)
        assert self.process.poll() is None, self._log.read_text()
        return self.said()[before]

    def end(self) -> None:
        """Whatever it does."""
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()
        assert self.process.stdin is not None
        self.process.stdin.close()


class Desk(NamedTuple):
    """A desktop that runs."""

    environment: dict[str, str]
    folder: Path
    started: list[Talking]

    def start(self, *words: str, log: str) -> Talking:
        """A module of Python, which ends with the desktop."""
        self.started.append(Talking(self.environment, *words, log=self.folder / log))
        return self.started[-1]

    def click(self, window: Talking, name: str) -> None:
        """With the mouse, when the button is there."""
        found: list[Any] = [None]

        def is_there() -> bool:
            found[0] = window.ask(name)
            return found[0] is not None

        until(is_there)
        x, y = map(str, found[0])
        words = ["xdotool", "mousemove", "--sync", x, y, "click", "1"]
        subprocess.run(words, env=self.environment, check=True)

    def notifications(self) -> list[str]:
        """The titles that were shown, the oldest first."""
        self._dunst("close-all")
        entries = json.loads(self._dunst("history"))["data"][0]
        return [one["summary"]["data"] for one in entries][::-1]

    def number(self) -> int:
        """How many notifications there were, also those that went by themselves."""
        return self.waiting() + int(json.loads(self._dunst("count", "history")))

    def waiting(self) -> int:
        """How many notifications are on the screen."""
        return int(json.loads(self._dunst("count", "displayed")))

    def press_notification(self) -> None:
        """The click on the newest: its default action."""
        self._dunst("action")

    def _dunst(self, *words: str) -> str:
        return subprocess.run(
            ["dunstctl", *words], env=self.environment, capture_output=True, text=True, check=True
        ).stdout


@contextmanager
def desktop(folder: Path, *, run: Path | None = None) -> Iterator[Desk]:
    """A screen of 1000 by 900 and a session bus, each of its own.

    ``run`` is the folder of the login, where others find the bus; None: nobody has to.
    """
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")
    assert not missing
    where = [f"--address=unix:path={run}/bus"] if run else []
    run = run or folder / "run"
    run.mkdir(mode=0o700, parents=True)
    reading, writing = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1000x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        display = pipe.readline().strip()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {
        **kept,
        "DISPLAY": f":{display}",
        "XDG_RUNTIME_DIR": str(run),
        "QT_QPA_PLATFORM": "xcb",
        "NO_AT_BRIDGE": "1",
    }
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    assert bus.stdout is not None
    environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    dunst = subprocess.Popen(["dunst"], env=environment, stderr=subprocess.DEVNULL)
    made = Desk(environment, folder, [])
    try:
        until(lambda: _answers(made))
        yield made
    finally:
        for talking in made.started:
            talking.end()
        for process in (dunst, bus, screen):
            process.terminate()
            process.wait()
        bus.stdout.close()


def _answers(desk: Desk) -> bool:
    done = subprocess.run(
        ["dunstctl", "count"], env=desk.environment, capture_output=True, check=False
    )
    return done.returncode == 0
