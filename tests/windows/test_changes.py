"""Changes are told when they happen, by the registry and by the sensor monitor."""

import os
import sys
import threading
import winreg
from datetime import UTC, datetime

import pytest

from camcheck.collect.windows import sensors
from camcheck.collect.windows.changes import stores, watching
from camcheck.collect.windows.native import library
from camcheck.collect.windows.sensors import MonitorUnavailableError
from camcheck.collect.windows.watch import windows_watch
from camcheck.model import Fact

from .conftest import CONSENT

NOW = datetime.now(UTC)


@pytest.fixture
def bell():
    """Counts changes, and waits for the next one."""
    return Bell()


class Bell:
    def __init__(self):
        self.rung = threading.Semaphore(0)

    def __call__(self):
        self.rung.release()

    def rings(self):
        return self.rung.acquire(timeout=120)


def test_each_change_in_the_store_is_told(consent, bell):
    """A program that begins, ends and begins again to use the camera is told each time."""
    consent(sys.executable, began=NOW, ended=NOW)
    with watching(bell) as gaps:
        for ended in (None, NOW, None):
            consent(sys.executable, began=NOW, ended=ended)

            assert bell.rings()
    assert () == gaps


def test_store_of_the_machine_is_watched_too(consent, bell):
    """A packaged program or service is noted in the machine's store."""
    consent("A.B_c", began=NOW, ended=NOW, root=winreg.HKEY_LOCAL_MACHINE)
    with watching(bell):
        consent("D.E_f", began=NOW, ended=None, root=winreg.HKEY_LOCAL_MACHINE)

        assert bell.rings()


def test_report_of_the_monitor_is_told(bell, monkeypatch):
    """A stream that begins is told by the sensor monitor without a change in the registry."""
    monkeypatch.setenv("CAMCHECK_STANDIN", f"5|link|Cam|{os.getpid()},1")
    with watching(bell):
        assert bell.rings()


def test_watching_ends_without_a_change(bell):
    """Ending the watch does not wait for something to happen, and leaves no thread."""
    before = threading.active_count()
    with watching(bell):
        pass

    assert before == threading.active_count()


def test_report_that_cannot_be_read_is_told_as_well(bell, monkeypatch):
    """Something happened to a camera, whatever it was: time to look."""

    def refuse(process):
        raise MonitorUnavailableError("error 0x80004005")

    monkeypatch.setattr(sensors, "_read_process", refuse)
    monkeypatch.setenv("CAMCHECK_STANDIN", f"5|link|Cam|{os.getpid()},1")
    with watching(bell):
        assert bell.rings()


def test_key_that_can_no_longer_be_watched_is_a_loss(consent, bell, monkeypatch):
    """Windows refuses to tell of a key that is gone: that nobody watches any more is said."""
    consent(sys.executable, began=NOW, ended=NOW)
    lost = []

    def lose(gap):
        lost.append(gap)
        bell()

    with watching(bell, on_loss=lose):
        # ERROR_KEY_DELETED; Wine itself never says it.
        native = library("advapi32.dll")
        monkeypatch.setattr(native, "RegNotifyChangeKeyValue", lambda *_: 1018)
        consent(sys.executable, began=NOW, ended=None)

        assert bell.rings()
    assert [Fact.HISTORY] == [gap.fact for gap in lost]


def test_store_that_goes_is_no_longer_watched(consent, bell):
    """A user who logs off takes the key along: the watch begins anew without it."""
    consent("A.B_c", began=NOW, ended=NOW, root=winreg.HKEY_LOCAL_MACHINE)
    watch = windows_watch()
    try:
        watch.arm(())
        winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, f"{CONSENT}\\A.B_c")
        winreg.DeleteKey(winreg.HKEY_LOCAL_MACHINE, CONSENT)

        assert watch.stirred()
        assert not watch.stirred()
    finally:
        watch.close()


def test_store_that_comes_later_is_watched_then(consent):
    """A user's first use makes the key: the watch begins anew and tells of the next use."""
    watch = windows_watch()
    try:
        watch.arm(())
        assert () == stores()
        assert not watch.stirred()
        consent(sys.executable, began=NOW, ended=NOW)

        assert watch.stirred()
        watch.wait(0)
        consent(sys.executable, began=NOW, ended=None)
        assert watch.wait(120).changed
    finally:
        watch.close()


def test_watch_says_where_the_sensor_monitor_is_missing(monkeypatch):
    """Without it streams are found by looking often, and that is said."""
    monkeypatch.setenv("CAMCHECK_STANDIN", "fail:start")
    watch = windows_watch()
    try:
        watch.arm(())
        blind = watch.every, watch.limits
        monkeypatch.setenv("CAMCHECK_STANDIN", "")
    finally:
        watch.close()
    watch.arm(())
    seeing = watch.every, watch.limits
    watch.close()

    assert blind[0] < seeing[0]
    assert any("sensor monitor" in limit for limit in blind[1])
    assert not any("sensor monitor:" in limit for limit in seeing[1])
