"""The live process table of Windows."""

import ctypes
import os
import sys

import psutil
import pytest

from camcheck.collect.windows.processes import processes, with_signers


def test_every_process_has_number_start_and_program():
    """This very process is listed with its program, its start and its integrity level."""
    found, gaps = processes()
    (own,) = [process for process in found if process.pid == os.getpid()]

    assert () == gaps
    assert own.exe.casefold() == sys.executable.casefold()
    assert own.started is not None
    assert "high" == own.integrity


def test_program_at_an_unusual_path_is_read_whole(program):
    """Spaces and letters of any script in a path arrive unchanged; the parent is known."""
    found, _ = processes()
    (child,) = [process for process in found if process.pid == program.pid]

    assert child.exe.endswith("\\Παράδειγμα mit Leerzeichen\\kamera ✓.exe")
    assert os.getpid() == child.ppid
    assert "import sys" in child.cmdline[-1]


def test_only_asked_signatures_are_checked(program):
    """The signer of a program is unknown until asked for, and then known, here as nobody."""
    found, _ = processes()
    answered, gaps = with_signers(found, pids=frozenset([program.pid]))
    by_pid = {process.pid: process for process in answered}

    assert () == gaps
    assert "signer" not in by_pid[program.pid].unknown
    assert by_pid[program.pid].signer is None
    assert "signer" in by_pid[os.getpid()].unknown


def test_process_that_may_not_be_opened_keeps_its_unknown_fields(monkeypatch):
    """A token that Windows does not open leaves the integrity level unknown, not low."""
    denied = ctypes.WINFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint, ctypes.c_void_p)
    from camcheck.collect.windows import native

    monkeypatch.setattr(native.library("advapi32.dll"), "OpenProcessToken", denied(lambda *_: 0))
    found, _ = processes()

    assert all(process.integrity is None for process in found)
    assert all("integrity" in process.unknown for process in found)


class Described:
    """A process as psutil would give it; without an answer Windows denies it."""

    def __init__(self, pid, **answers):
        self.pid, self._answers = pid, answers

    def __getattr__(self, field):
        def answer():
            if field not in self._answers:
                raise psutil.AccessDenied(self.pid)
            return self._answers[field]

        return answer


@pytest.mark.parametrize(
    ("process", "state", "unread"),
    [
        (Described(100, name="Registry", ppid=4, exe=""), "kernel", 0),
        (Described(4, name="System", ppid=0), "kernel", 0),
        (Described(100, name="csrss.exe", ppid=600), None, 1),
        (Described(100, name="odd.exe", ppid=600, exe=""), None, 1),
    ],
)
def test_only_the_kernels_own_have_no_program(monkeypatch, process, state, unread):
    """The kernel's children run no file; any other process without one could not be read."""
    monkeypatch.setattr(psutil, "process_iter", lambda: [process])
    (found,), gaps = processes()

    assert state == found.exe_state
    assert unread == len(gaps)
    assert bool(unread) is ("exe" in found.unknown)
