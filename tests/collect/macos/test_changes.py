"""Changes are told when they happen; another program stands in for log(1)."""

import sys
import threading

import pytest

from camcheck.collect.macos import changes
from camcheck.collect.macos.cameras import CoreMediaError
from camcheck.collect.macos.changes import stream_command, watching
from camcheck.model import Fact
from tests.collect.macos.fake import a_device

SILENT = (sys.executable, "-c", "import time; time.sleep(600)")


def saying(*lines):
    text = "\n".join(lines)
    return (sys.executable, "-c", f"import time; print({text!r}, flush=True); time.sleep(600)")


@pytest.fixture
def bell():
    """A semaphore that each change releases."""
    return threading.Semaphore(0)


def test_line_of_the_log_is_a_change(bell):
    """Each entry is told once; the line that repeats the question is none."""
    command = saying("Filtering the log data using ...", '{"eventMessage": "x"}')
    with watching(bell.release, command=command, devices=tuple) as gaps:
        assert bell.acquire(timeout=120)
        assert not bell.acquire(blocking=False)
    assert () == gaps


def test_camera_that_starts_is_a_change(bell, monkeypatch):
    """A camera that runs now and did not before is told without a line in the log."""
    monkeypatch.setattr(changes, "INTERVAL_SECONDS", 0.01)
    looks = iter([(a_device(running=False),)])
    with watching(bell.release, command=SILENT, devices=lambda: next(looks, (a_device(),))):
        assert bell.acquire(timeout=120)


def test_watching_ends_at_once():
    """Ending the watch ends its program and its threads."""
    before = threading.active_count()
    with watching(lambda: None, command=SILENT, devices=tuple):
        pass

    assert before == threading.active_count()


def test_what_cannot_be_watched_is_a_gap():
    """Without log(1) or CoreMediaIO the watch goes on with the other and says so."""

    def refuse():
        raise CoreMediaError("refused")

    with watching(lambda: None, command=("/none/log",), devices=refuse) as gaps:
        assert {Fact.INDICATORS, Fact.CAPTURE} == {gap.fact for gap in gaps}


def test_log_that_ends_is_a_loss(bell):
    """log(1) ends at once for who may not stream: from then on nobody tells of the green dot."""
    lost = []

    def lose(gap):
        lost.append(gap)
        bell.release()

    ended = (sys.executable, "-c", "")
    with watching(lambda: None, command=ended, devices=tuple, on_loss=lose):
        assert bell.acquire(timeout=120)
    assert [(Fact.INDICATORS, ended[0])] == [(gap.fact, gap.subject) for gap in lost]


def test_log_that_we_end_is_no_loss():
    """The end of the watch is not told as if something had broken."""
    lost = []
    with watching(lambda: None, command=SILENT, devices=tuple, on_loss=lost.append):
        pass

    assert [] == lost


def test_stream_asks_as_show_does():
    """13.3 writes its lines at debug level, later releases at the default one."""
    assert "debug" in stream_command((13, 3))
    assert "debug" not in stream_command((14, 0))
