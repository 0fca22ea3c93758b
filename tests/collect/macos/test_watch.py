"""The monitor on a Mac made of answers: CoreMediaIO and the log wake it, and a use is recorded."""

import sys
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest

from camcheck.collect import open_watch
from camcheck.collect.macos import changes, collect
from camcheck.collect.macos import watch as wiring
from camcheck.collect.watch import NoticeWatch
from camcheck.history.store import History
from camcheck.monitor.clock import Clock
from camcheck.monitor.loop import Eyes, Monitor
from camcheck.scan import judge
from tests.collect.macos.fake import ZOOM, a_device, a_log, a_machine, a_process, activity

SILENT = (sys.executable, "-c", "import time; time.sleep(600)")


class Mac:
    """A Mac with one camera; ``running`` is whether zoom films with it."""

    def __init__(self):
        self.running = False

    def devices(self):
        return (a_device(running=self.running),)

    def look(self):
        shown = [f"cam:{ZOOM}"] if self.running else []
        log = a_log(activity(*shown))
        return collect(machine=a_machine(devices=self.devices(), log=log, processes=[a_process()]))


def told_watch(mac, *, command=SILENT, devices=None):
    sources = partial(changes.watching, command=command, devices=devices or mac.devices)
    return NoticeWatch("CoreMediaIO and the log", sources)


def record(mac, watch, folder, until):
    """Lets a monitor work until the history is as it should be."""
    with closing(watch), closing(History(str(folder))) as history:
        monitor = Monitor(Eyes(watch, mac.look, judge, Clock()), history)
        monitor.start()
        mac.running = True
        end = time.monotonic() + 120
        while not until(history, mac):
            assert time.monotonic() < end, "what was waited for did not come"
            monitor.step(at_most=1)
        return [stored.session for stored in history.sessions()]


def is_over(history, mac):
    """Whether a session has begun and, once it has, the camera stopped, and it has ended."""
    sessions = [stored.session for stored in history.sessions()]
    mac.running = not sessions
    return bool(sessions) and all(session.ended for session in sessions)


def test_camera_that_starts_and_stops_is_a_session(tmp_path, monkeypatch):
    """CoreMediaIO alone tells; the session has its program and ends with the camera."""
    monkeypatch.setattr(changes, "INTERVAL_SECONDS", 0.01)
    mac = Mac()
    watch = told_watch(mac)
    (session,) = record(mac, watch, tmp_path, is_over)

    assert a_process().exe == session.process.exe
    # Looks that nothing asks for come once a minute only.
    assert session.ended - session.began < timedelta(seconds=watch.every / 2)


def test_line_of_the_log_alone_records_a_session(tmp_path):
    """A camera that CoreMediaIO does not show as changed: the log's line causes the look."""
    line = "import time\nwhile True: print('{}', flush=True); time.sleep(0.1)"
    mac = Mac()
    watch = told_watch(mac, command=(sys.executable, "-c", line), devices=tuple)
    sessions = record(mac, watch, tmp_path, lambda history, _: history.sessions())

    assert [ZOOM] == [session.process.application for session in sessions]


@pytest.mark.parametrize(("release", "debug"), [("13.4", True), ("15.5", False), ("", False)])
def test_watch_of_a_mac_streams_as_its_release_words_it(monkeypatch, release, debug):
    """On a Mac the monitor gets this watch; the lines are asked for at the level they have."""
    commands = []

    @contextmanager
    def noted(on_change, *, command, on_loss):
        commands.append(command)
        yield ()

    monkeypatch.setattr(wiring, "watching", noted)
    monkeypatch.setattr(wiring.platform, "mac_ver", lambda: (release, ("", "", ""), "arm64"))
    monkeypatch.setattr("camcheck.collect.sys", SimpleNamespace(platform="darwin"))
    with closing(open_watch()) as watch:
        watch.arm(())

    assert [debug] == ["debug" in command for command in commands]
