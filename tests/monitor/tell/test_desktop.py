"""Notifications on a real desktop: a message bus, a virtual display and a notification daemon."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from camcheck.history.store import History
from camcheck.monitor.tell.desktop import Desktop, Recipient, desktops
from tests.monitor.build import a_process, a_session, at
from tests.waiting import until

NEEDED = ("Xvfb", "dbus-daemon", "dunst", "dunstctl")


class Bus(NamedTuple):
    """A desktop that runs, and how to reach it."""

    environment: dict[str, str]
    who: dict[str, Any] = {}  # noqa: RUF012 of a named tuple, and never changed

    def is_up(self) -> bool:
        command = ["dunstctl", "count"]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, check=False, cwd="/", **self.who
        )
        return done.returncode == 0

    def shown(self) -> list[dict[str, Any]]:
        """What the daemon has shown, the oldest first."""
        for state in ("close-all",):
            self._control(state)
        entries = json.loads(self._control("history"))["data"][0]
        return [{key: value["data"] for key, value in entry.items()} for entry in entries][::-1]

    def _control(self, *words: str) -> str:
        done = subprocess.run(
            ["dunstctl", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            cwd="/",
            **self.who,
        )
        return done.stdout


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bus]:
    needs_a_desktop()
    with a_bus(tmp_path_factory.mktemp("desktop")) as bus:
        yield bus


def needs_a_desktop() -> None:
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(missing)}")
    pytest.importorskip("desktop_notifier")


@contextmanager
def a_bus(folder: Path, *, user: int | None = None) -> Iterator[Bus]:
    """A desktop of that user (None: of ours), whose session bus is ``bus`` in the folder."""
    who: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if user else {}
    started = []
    read, write = os.pipe()
    started.append(
        subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
            cwd="/",
            **who,
        )
    )
    os.close(write)
    with os.fdopen(read) as display:
        number = display.readline().strip()
    bus = f"unix:path={folder}/bus"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "DISPLAY": f":{number}",
        "DBUS_SESSION_BUS_ADDRESS": bus,
        "XDG_RUNTIME_DIR": str(folder),
    }
    how: dict[str, Any] = {"env": environment, "cwd": "/", **who}
    started.append(
        subprocess.Popen(["dbus-daemon", "--session", "--nofork", f"--address={bus}"], **how)
    )
    until(lambda: (folder / "bus").exists())
    started.append(subprocess.Popen(["dunst"], stderr=subprocess.DEVNULL, **how))
    shown = Bus(environment, who)
    try:
        until(shown.is_up)
        yield shown
    finally:
        for child in reversed(started):
            child.terminate()
            child.wait(120)


def a_desktop(history: History, bus: Bus | None, *, approved: bool = False) -> Desktop:
    recipients = [Recipient(environment=bus.environment)] if bus else []
    return Desktop(history, is_approved=lambda _: approved, recipients=lambda: recipients)


def deliver(listener: Desktop) -> None:
    """Lets the listener do what it began."""
    until(lambda: (listener.tick(at(time.monotonic())), not listener._children.busy)[1])


def test_the_notification_is_shown_once_for_a_session(desktop: Bus, tmp_path: Path):
    """Began, changed, ended: one notification, with the program's name."""
    history = History(str(tmp_path))
    listener = a_desktop(history, desktop)
    before = len(desktop.shown())
    for what in ("began", "changed", "ended"):
        listener.session(what, a_session(), 1)
        deliver(listener)
    shown = desktop.shown()[before:]

    assert ["zoom used HD Webcam"] == [one["summary"] for one in shown]
    assert "For 30.0 seconds." in shown[0]["body"]
    assert [] == history.kept()
    history.close()


def test_markup_in_a_name_stays_text(desktop: Bus, tmp_path: Path):
    """A program must not put links or escape sequences into the notification."""
    history = History(str(tmp_path))
    listener = a_desktop(history, desktop)
    before = len(desktop.shown())
    hostile = a_process(exe="/tmp/<b>x</b>&amp;\x1b[31m")
    listener.session("changed", a_session(process=hostile), 1)
    deliver(listener)
    (shown,) = desktop.shown()[before:]

    assert "<" not in shown["summary"] + shown["body"]
    assert "\x1b" not in shown["summary"]
    history.close()


def test_an_approved_program_shows_nothing(desktop: Bus, tmp_path: Path):
    """camcheck allow, up to the screen."""
    history = History(str(tmp_path))
    listener = a_desktop(history, desktop, approved=True)
    before = len(desktop.shown())
    listener.session("changed", a_session(), 1)
    deliver(listener)

    assert [] == desktop.shown()[before:]
    history.close()


def test_what_cannot_be_delivered_is_kept_and_shown_at_the_next_login(desktop: Bus, tmp_path: Path):
    """Nobody is there when it happens; the monitor of the next login tells it as one."""
    history = History(str(tmp_path))
    listener = a_desktop(history, None)
    listener.session("changed", a_session(), 1)
    other = a_process(exe="/usr/bin/other")
    listener.session("changed", a_session(process=other), 2)
    deliver(listener)
    assert 2 == len(history.kept())
    before = len(desktop.shown())
    deliver(a_desktop(history, desktop))
    until(lambda: len(desktop.shown()) > before)
    (shown,) = desktop.shown()[before:]

    assert "2 uses of the camera while you could not be told" == shown["summary"]
    assert [] == history.kept()
    history.close()


def test_a_desktop_that_does_not_answer_is_no_delivery(tmp_path: Path):
    """A bus that is not there: the notification is kept, and the monitor goes on."""
    history = History(str(tmp_path))
    dead = Bus({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/nothing", "PATH": "/usr/bin"})
    listener = a_desktop(history, dead)
    listener.session("changed", a_session(), 1)
    deliver(listener)

    assert 1 == len(history.kept())
    assert listener.problem is not None
    history.close()


def test_root_reaches_users_only_through_folders_of_their_own(tmp_path: Path):
    """A folder that belongs to somebody else than its number says is passed over."""
    if os.geteuid() != 0:
        pytest.skip("only root can give folders away")
    for name, owner in (("1000", 1000), ("1001", 1000), ("junk", 1000), ("1002", 1002)):
        (tmp_path / name).mkdir()
        os.chown(tmp_path / name, owner, owner)
        if name != "1002":
            (tmp_path / name / "bus").touch()

    assert [1000] == [recipient.user for recipient in desktops(str(tmp_path))]
    assert [] == desktops(str(tmp_path / "nothing"))


def test_without_the_library_the_notification_is_kept_with_the_reason(tmp_path: Path):
    """camcheck[notify] is optional; that it is missing is said."""
    script = (
        "import sys; sys.modules['desktop_notifier'] = None\n"
        "from camcheck.monitor.tell.notify import main; sys.exit(main())"
    )
    message = json.dumps({"title": "t", "body": "b", "urgent": False})
    done = subprocess.run(
        [sys.executable, "-c", script], input=message, text=True, capture_output=True, check=False
    )
    history = History(str(tmp_path))
    history.keep(message, at=datetime.now(UTC))

    assert (3, "") == (done.returncode, done.stderr)
    history.close()
