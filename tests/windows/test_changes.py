"""Changes are told when they happen, by the registry and by the sensor monitor."""

import os
import sys
import threading
import winreg
from datetime import UTC, datetime

import pytest

from camcheck.collect.windows.changes import watching

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
        return self.rung.acquire(timeout=20)


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
