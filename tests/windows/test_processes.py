"""The live process table of Windows."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from camcheck.collect.windows.processes import processes, with_signers


@pytest.fixture
def program(tmp_path):
    """A running program whose path has a space and letters outside cp1252."""
    home = tmp_path / "Παράδειγμα mit Leerzeichen"
    home.mkdir()
    shutil.copy(Path(sys.executable).parent / "python311.dll", home)
    shutil.copy(sys.executable, home / "kamera ✓.exe")
    environment = {**os.environ, "PYTHONHOME": str(Path(sys.executable).parent)}
    command = [
        str(home / "kamera ✓.exe"),
        "-c",
        "import sys; print(1, flush=True); sys.stdin.read()",
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as child:
        child.stdout.readline()
        yield child
        child.stdin.close()


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
