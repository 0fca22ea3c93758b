"""Signs of life of a real monitor: stopped, killed, asked whether it hears, watched by systemd."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from camcheck.findings import Session
from camcheck.history.heartbeat import ASK, PULSE, Beat, Heartbeat, last_beat
from camcheck.history.store import History
from camcheck.model import Moment, MomentKind
from camcheck.monitor.watchdog import tell_systemd
from tests.systems import of_unix
from tests.waiting import until

from .measure import Watching
from .standin import StandIn

HOLD = "import sys,time; f=open(sys.argv[1], 'rb'); print('up', flush=True); time.sleep({})"


@pytest.fixture(params=["root", "user"])
def watching(camera: StandIn, tmp_path: Path, request) -> Iterator[Watching]:
    how = ["--user"] if request.param == "user" else []
    arguments = ["tests.monitor.watcher", str(tmp_path / "history"), "LOG", str(camera.folder)]
    started = Watching([*arguments, *how], tmp_path)
    yield started
    with contextlib.suppress(ProcessLookupError):
        started.process.send_signal(signal.SIGCONT)
    started.process.kill()
    started.process.wait()


def stored(folder: Path) -> tuple[list[Session], list[Moment]]:
    with contextlib.closing(History(str(folder / "history"))) as history:
        return [one.session for one in history.sessions()], history.moments()


def held_open(node: Path, seconds: float) -> None:
    """A program that has the camera open for so long, and ends."""
    subprocess.run([sys.executable, "-c", HOLD.format(seconds), node], check=True, timeout=60)


def test_a_use_while_the_monitor_was_stopped_is_told_without_an_end(
    watching: Watching, camera: StandIn, tmp_path: Path
):
    """SIGSTOP, somebody films for three seconds, SIGCONT: from when until when nobody looked, and a
    use whose begin and end are bounds."""
    watching.process.send_signal(signal.SIGSTOP)
    before = datetime.now(UTC)
    held_open(camera.node, 3)
    after = datetime.now(UTC)
    watching.process.send_signal(signal.SIGCONT)
    until(lambda: any(one.kind is MomentKind.UNWATCHED for one in stored(tmp_path)[1]))
    until(lambda: any(one.over_by for one in stored(tmp_path)[0]))
    sessions, moments = stored(tmp_path)
    (missed,) = [one for one in moments if one.kind is MomentKind.UNWATCHED]
    (session,) = sessions

    assert missed.until is not None
    assert missed.at <= before
    assert missed.until >= after
    assert session.ended is None
    assert session.began <= before
    assert session.over_by is not None
    assert session.over_by >= after


def test_a_monitor_that_is_killed_has_watched_until_its_last_pulse(
    watching: Watching, tmp_path: Path
):
    """Not until the last note in the history, which is made every ten minutes."""
    folder = str(tmp_path / "history")
    began = last_beat(folder)
    assert began
    until(lambda: (last_beat(folder) or began).elapsed - began.elapsed > 3)
    watching.process.kill()
    watching.process.wait()
    beat = last_beat(folder)
    assert beat
    with contextlib.closing(History(folder)) as history:
        (run,) = history.runs()
        assert beat.at == run.seen
        assert (run.seen - run.began).total_seconds() > 3
        history.take_beat()
        (tmp_path / "history" / PULSE).unlink()
        (kept,) = history.runs()

    assert abs((kept.seen - beat.at).total_seconds()) < 0.01


def test_a_monitor_hears_that_it_is_asked(watching: Watching, tmp_path: Path):
    """By the same source of events as the cameras; opening the file is all it takes."""
    folder = str(tmp_path / "history")
    before = last_beat(folder)
    assert before
    assert before.heard is not None
    (tmp_path / "history" / ASK).read_bytes()
    until(lambda: (one := last_beat(folder)) and one.heard > before.heard)


def test_a_monitor_that_hears_nothing_is_not_taken_for_one_that_does(tmp_path: Path):
    """A heartbeat alone is no hearing; a damaged or missing one is none."""
    heart = Heartbeat(str(tmp_path))
    now = datetime.now(UTC)
    heart.beat(Beat(7, now, now, 1.5, 3))
    assert last_beat(str(tmp_path)) == Beat(7, now, now, 1.5, 3)
    heart.beat(Beat(7, now, now, 1.5))
    heart.close()
    assert (last_beat(str(tmp_path)) or Beat(0, now, now, 0, 1)).heard is None
    (tmp_path / PULSE).write_bytes(b"[1, 2]")

    assert last_beat(str(tmp_path)) is None
    assert last_beat(str(tmp_path / "nowhere")) is None


@of_unix("datagrams of a socket")
def test_systemd_hears_that_the_monitor_works(camera: StandIn, tmp_path: Path, monkeypatch):
    """Ready once it watches, then a sign of life at least every few seconds (sd_notify(3))."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        arguments = ["tests.monitor.watcher", str(tmp_path / "history"), "LOG", str(camera.folder)]
        watching = Watching(arguments, tmp_path)
        try:
            heard = [(manager.recv(100), time.monotonic()) for _ in range(4)]
            watching.process.send_signal(signal.SIGTERM)
            while heard[-1][0] != b"STOPPING=1":
                heard.append((manager.recv(100), time.monotonic()))
        finally:
            watching.process.kill()
            watching.process.wait()

    assert b"READY=1" == heard[0][0]
    assert [b"WATCHDOG=1"] * 3 == [state for state, _ in heard[1:4]]
    assert heard[3][1] - heard[1][1] < 15


@pytest.mark.parametrize("path", [None, "", "relative", "/nowhere/at/all"])
def test_without_systemd_nothing_is_told(path: str | None, monkeypatch):
    """No socket, or one that nobody reads: the monitor goes on."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if path is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", path)

    assert not tell_systemd("READY=1")


@of_unix("an abstract socket of Linux")
def test_an_abstract_socket_is_understood(monkeypatch):
    """A name that begins with @ (sd_notify(3))."""
    name = f"camcheck-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")

        assert tell_systemd("WATCHDOG=1")
        assert b"WATCHDOG=1" == manager.recv(100)
