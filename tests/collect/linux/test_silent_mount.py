"""A file system of a user whose server never answers: no scan waits for it."""

import ctypes
import os

import pytest

from camcheck import bounded
from camcheck.collect import files
from camcheck.collect.files import Wanted
from camcheck.collect.linux.capture.selftest_record import read_records
from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.collect.linux.traces.look import with_traces
from camcheck.model import Reason
from tests.builders import a_holder, a_process, a_snapshot
from tests.collect.linux.conftest import needs_root


@pytest.fixture
def silent_mount(tmp_path, monkeypatch):
    """A file system whose server never answers: FUSE with nobody who reads its requests."""
    server = os.open("/dev/fuse", os.O_RDWR)
    place = tmp_path / "silent"
    place.mkdir()
    options = f"fd={server},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"silent", os.fsencode(place), b"fuse", 0, options):
        os.close(server)
        pytest.skip(f"FUSE cannot be mounted here: {os.strerror(ctypes.get_errno())}")
    monkeypatch.setattr(bounded, "_left", {})
    monkeypatch.setattr(bounded, "PATIENCE", 0.2)
    monkeypatch.setattr(bounded, "REMEMBERED", 0.0)
    yield place
    os.close(server)  # what waits for an answer gets an error now
    libc.umount2(os.fsencode(place), 2)


@needs_root
def test_a_file_system_that_never_answers_does_not_hold_up_the_story(silent_mount):
    """The program claims to lie there; what stands under its name is unknown, soon."""
    table = ProcessTable(Roots())
    row = table.row(table.tasks[os.getpid()])
    process = table.details(row._replace(exe=f"{silent_mount}/program"))

    assert (None, None) == (process.exe_state, process.exe_writable_by)
    assert {"exe_state", "exe_writable_by"} <= set(process.unknown)
    assert "exe_writable_by" not in table.details(row).unknown


@needs_root
def test_a_home_that_never_answers_is_a_gap(silent_mount, tmp_path):
    """Nobody looked there, so nothing was ruled out."""
    (tmp_path / "etc").mkdir()
    line = "alice:x:1000:1000::/{}:/bin/sh\n"
    (tmp_path / "home").mkdir()
    (tmp_path / "home/.config").symlink_to(silent_mount)
    (tmp_path / "etc/passwd").write_text(line.format("home"), encoding="utf-8")
    late = with_traces(a_snapshot(), Wanted(), root=str(tmp_path))
    (tmp_path / "home/.config").unlink()
    usual = with_traces(a_snapshot(), Wanted(), root=str(tmp_path))

    assert [Reason.TIMED_OUT] == [gap.reason for gap in late.gaps]
    assert () == usual.gaps


@needs_root
def test_a_program_that_cannot_be_read_is_not_called_compared(silent_mount, tmp_path):
    """The digest of a holder's program is missing, and that is said."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").touch()
    (tmp_path / "proc/7").mkdir(parents=True)
    (tmp_path / "proc/7/exe").symlink_to(silent_mount / "program")
    seen = a_snapshot(processes=(a_process(pid=7, exe="/x"),), holders=(a_holder(pid=7),))
    roots = Roots(proc=str(tmp_path / "proc"))
    late = with_traces(seen, Wanted(), roots, root=str(tmp_path))
    (tmp_path / "proc/7/exe").unlink()
    (tmp_path / "proc/7/exe").write_bytes(b"program")
    usual = with_traces(seen, Wanted(), roots, root=str(tmp_path))

    assert [(None, ("sha256",))] == [(one.sha256, one.unknown) for one in late.processes]
    assert ["contents of the program files of 1 process"] == [gap.subject for gap in late.gaps]
    assert [()] == [one.unknown for one in usual.processes]
    assert all(one.sha256 for one in usual.processes)


@needs_root
def test_a_record_that_cannot_be_reached_is_a_gap(silent_mount, tmp_path):
    """Somebody mounted over what a self-test remembers; without a record nothing is missing."""
    late = read_records(f"{silent_mount}/selftest.json", kernel="6.1")
    none = read_records(f"{tmp_path}/selftest.json", kernel="6.1")

    assert ({}, [Reason.TIMED_OUT]) == (late[0], [gap.reason for gap in late[1]])
    assert ({}, ()) == none


@needs_root
def test_a_home_that_refuses_even_root_is_not_left_out(tmp_path, monkeypatch):
    """A user can mount something over the own home that root may not look at."""
    (tmp_path / "etc").mkdir()
    lines = "ana:x:1000:1000::/ana:/bin/sh\nbob:x:1001:1001::/bob:/bin/sh\n"
    (tmp_path / "etc/passwd").write_text(lines, encoding="utf-8")
    look = os.stat

    def refused(path, **options):
        if str(path).startswith(f"{tmp_path}/ana"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **options)

    monkeypatch.setattr(os, "stat", refused)

    assert ["ana"] == [home.user for home in files.homes(root=str(tmp_path))]
