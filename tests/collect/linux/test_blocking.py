"""Whoever keeps a look waiting is passed over and told; the scan ends in time all the same."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from camcheck import bounded
from camcheck.collect import linux, watched
from camcheck.collect.identity import contents
from camcheck.collect.linux.watch.watch import LinuxWatch
from camcheck.model import Reason, Via
from camcheck.report.earlier import name_of_report, with_earlier
from tests.collect.linux.conftest import needs_root
from tests.collect.linux.silent import ANOTHER_USER, silent_file_system
from tests.report.sample import a_report

pytestmark = needs_root
SOON = 12.0  # seconds: far more than it takes, far less than for ever


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch):
    monkeypatch.setattr(bounded, "_left", {})


@pytest.fixture
def silent():
    with silent_file_system() as made:
        yield made


@pytest.fixture
def scan(silent, stand_in):
    """The stand-in's device is free when the server of the file system has its own."""
    return lambda: watched(stand_in.scan)


def row(snapshot, pid):
    return next(process for process in snapshot.processes if process.pid == pid)


def test_a_process_that_blocks_is_passed_over_and_named(silent, scan, stand_in):
    """Another user's process has the camera and locks its own memory map: all else is seen."""
    pid, usual = silent.block(stand_in.node), stand_in.start("is_open")
    stand_in.driver_counts("uvcvideo", 2)
    began = time.monotonic()
    snapshot = scan()

    assert time.monotonic() - began < SOON
    process = row(snapshot, pid)
    assert ("blocked", "memory", ANOTHER_USER) == (process.name, process.blocks, process.uid)
    assert process.exe == str(silent.folder / "blocked")
    assert "cmdline" in process.unknown
    ways = {(holder.pid, holder.via) for holder in snapshot.holders}
    assert {(pid, Via.FD), (usual, Via.FD)} <= ways
    assert None is row(snapshot, usual).blocks
    assert [f"memory of blocked ({pid})"] == [
        gap.subject for gap in snapshot.gaps if gap.reason is Reason.TIMED_OUT
    ]


def test_a_process_that_waits_for_itself_alone_blocks_nobody(silent, scan):
    """A process whose program waits for a file is no blocker as long as its map is free."""
    child = silent.run()

    assert None is row(scan(), child.pid).blocks


def test_many_that_block_are_no_hour(silent, scan):
    """After a few of one user, the user's others are not tried one by one, and that is said."""
    pids = [silent.block() for _ in range(8)]
    began = time.monotonic()
    snapshot = scan()

    assert time.monotonic() - began < SOON
    assert 4 == sum(row(snapshot, pid).blocks == "memory" for pid in pids)
    assert all("cmdline" in row(snapshot, pid).unknown for pid in pids)
    assert "cmdline" not in row(snapshot, os.getpid()).unknown
    passed = [gap for gap in snapshot.gaps if gap.reason is Reason.TIMED_OUT]
    assert any("passed over" in gap.detail for gap in passed)


def test_the_second_look_waits_for_nobody(silent, scan):
    """What blocked a moment ago is passed over at once: a monitor looks often."""
    pid = silent.block()
    scan()
    began = time.monotonic()
    snapshot = scan()

    assert time.monotonic() - began < bounded.PATIENCE
    assert "memory" == row(snapshot, pid).blocks


def command(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "camcheck", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.parametrize("form", [[], ["--details"]])
def test_the_command_ends_and_names_who_held_it_up(silent, form):
    """The process itself ends, and nothing that it leaves behind keeps its output open."""
    pid = silent.block()
    run = command("scan", *form)
    said = run.communicate(timeout=30)[0].decode()

    assert run.returncode == 12
    assert "blocked needs a look" in " ".join(said.split())
    if form:
        assert "keeps everybody waiting who looks into it" in " ".join(said.split())
        assert f"process {pid} (blocked)" in " ".join(said.split())


def test_ctrl_c_ends_the_command_while_it_waits(silent):
    """At the moment at which everybody else would wait deaf to it."""
    silent.block()
    run = command("scan")
    children = f"/proc/{run.pid}/task/{run.pid}/children"
    until = time.monotonic() + 20
    while not _waits(children) and time.monotonic() < until:
        time.sleep(0.01)
    began = time.monotonic()
    run.send_signal(signal.SIGINT)
    said = run.communicate(timeout=20)[1]

    assert time.monotonic() - began < bounded.PATIENCE
    assert b"stopped before the end" in said
    assert run.returncode == 130


def _waits(children):
    """Whether the child that looks waits in the kernel, deaf to signals."""
    with open(children) as file:
        for child in file.read().split():
            with open(f"/proc/{child}/stat") as stat:
                return stat.read().rpartition(") ")[2].startswith("D")
    return False


def test_a_program_on_a_file_system_that_fell_silent_is_not_called_compared(silent, scan, stand_in):
    """It runs, and holds the camera; what its file is now is not known, and the look ends."""
    with open(stand_in.node) as node:
        child = silent.run(stdin=node)
    silent.fall_silent()
    stand_in.driver_counts("uvcvideo", 1)
    began = time.monotonic()
    process = row(scan(), child.pid)

    assert time.monotonic() - began < SOON
    assert str(silent.place / "sleeper") == process.exe
    assert None is process.exe_state
    assert {"exe_state", "exe_writable_by"} <= set(process.unknown)


def test_the_watch_of_the_monitor_goes_on(silent, stand_in):
    """It asks who still holds the camera, and who a process is, without waiting for ever."""
    pid = silent.block(stand_in.node)
    usual = stand_in.start("is_open")
    stand_in.driver_counts("uvcvideo", 2)
    watch = LinuxWatch(stand_in.roots(), with_fanotify=False)
    try:
        cameras, _ = linux.collect_cameras(stand_in.roots())
        watch.arm(cameras)
        began = time.monotonic()
        holding = watch.holding(cameras[0].id, frozenset({pid, usual}))
        blocking, other = watch.describe(pid), watch.describe(usual)
    finally:
        watch.close()

    assert time.monotonic() - began < SOON
    assert {pid, usual} == holding
    assert ("blocked", "memory") == (blocking.name, blocking.blocks)
    assert str(silent.folder / "blocked") == blocking.exe
    assert (None, True) == (other.blocks, bool(other.cmdline))


def test_an_approved_program_that_fell_silent_is_not_recognised(silent):
    """Whoever asks what is in the file gets an answer in time: nothing that could be read."""
    path = str(silent.place / "program")
    silent.fall_silent()
    began = time.monotonic()

    assert None is contents(path)
    assert time.monotonic() - began < SOON


def test_an_earlier_report_that_never_answers_does_not_hold_up_the_new_one(silent, tmp_path):
    """A file of the folder is another file system, whose server has the request and is silent."""
    report = a_report()
    before = tmp_path / f"{name_of_report(report.snapshot.started_at - timedelta(days=1))}.html"
    before.touch()
    subprocess.run(["/bin/mount", "--bind", silent.place / "sleeper", before], check=True)
    try:
        silent.fall_silent()
        began = time.monotonic()
        found = with_earlier(report, str(tmp_path / "new.html"))
        assert time.monotonic() - began < SOON
    finally:
        subprocess.run(["/bin/umount", "--lazy", before], check=True)

    assert found.earlier is None
