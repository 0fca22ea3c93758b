"""Who has opened a camera, as an ordinary user finds it."""

import os
import subprocess
import sys
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from camcheck.bounded import Companion
from camcheck.collect.linux.holders.descriptors import Target
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.collect.linux.watch import new_holders
from camcheck.collect.linux.watch.new_holders import NewHolderSearch
from camcheck.model import NodeKind
from tests.monitor.standin import CAMERA, StandIn

HOLD = """
import os, sys, threading
{}
print("ready", flush=True)
for line in sys.stdin:
    exec(line)
    print("done", flush=True)
"""


@pytest.fixture(autouse=True)
def time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine looks into all that it wants to look into, however long that takes."""
    monkeypatch.setattr(new_holders, "_TIME", 120.0)


class Program:
    """A process that does what it is told, and says when it is done."""

    def __init__(self, first: str = "") -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-S", "-c", HOLD.format(first)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.pid = self._child.pid
        assert self._child.stdout
        self._child.stdout.readline()

    def does(self, what: str) -> None:
        assert self._child.stdin and self._child.stdout
        self._child.stdin.write(what + "\n")
        self._child.stdout.readline()

    def end(self) -> None:
        assert self._child.stdin and self._child.stdout
        self._child.kill()
        self._child.wait()
        self._child.stdin.close()
        self._child.stdout.close()


@contextmanager
def program(first: str = "") -> Iterator[Program]:
    running = Program(first)
    try:
        yield running
    finally:
        running.end()


class Search:
    """The search, over the stand-in camera."""

    def __init__(self, camera: StandIn) -> None:
        device = os.major(camera.device), os.minor(camera.device)
        self.targets = {device: Target(CAMERA, None, str(camera.node), NodeKind.CAPTURE)}
        table = ProcessTable(camera.roots)
        companion = Companion(table.describe)  # as the watch has one: to fork takes too long
        self.holders = NewHolderSearch(table, companion.ask)
        self.close = weakref.finalize(self, companion.close)

    def find(self, *, reopened: bool = False) -> list[int]:
        found = self.holders.find(self.targets, reopened=reopened)
        return [process.pid for process, _ in found.holders]


def opening(camera: StandIn) -> str:
    return f"f = os.open({str(camera.node)!r}, 0)"


def test_a_program_that_films_already_explains_no_other_opening(camera: StandIn):
    """An unknown glance must not be put down to the video call that goes on."""
    search = Search(camera)
    with program() as call, program() as glance:
        call.does(opening(camera))
        assert [call.pid] == search.find()
        assert [] == search.find()
        glance.does(opening(camera))
        assert [glance.pid] == search.find()
        glance.does("os.close(f)")
        search.holders.closed(search.targets)
        assert [] == search.find()


def test_a_program_that_closes_and_opens_again_is_named_again(camera: StandIn):
    """As browsers do when they list cameras; also when all of it comes as one event."""
    search = Search(camera)
    with program() as browser:
        browser.does(opening(camera))
        assert [browser.pid] == search.find()
        browser.does("os.close(f)")
        search.holders.closed(search.targets)
        browser.does(opening(camera))
        assert [browser.pid] == search.find()
        browser.does("os.close(f); " + opening(camera))
        search.holders.closed(search.targets)
        assert [browser.pid] == search.find(reopened=True)


def test_a_new_process_is_found_without_counting(camera: StandIn, monkeypatch):
    """It may be gone before the files of all processes are counted."""
    search = Search(camera)
    with program(opening(camera)) as new:
        monkeypatch.setattr(search.holders, "_read", dict)

        assert [new.pid] == search.find()


def test_a_new_thread_is_told_as_its_process(camera: StandIn, monkeypatch):
    """Threads have numbers, too; what they open belongs to the process."""
    search = Search(camera)
    with program("wait = threading.Event()") as busy:
        code = f"wait.f = os.open({str(camera.node)!r}, 0); ready.set(); wait.wait()"
        busy.does(
            "ready = threading.Event(); "
            f"threading.Thread(target=lambda: exec({code!r}), daemon=True).start(); ready.wait()"
        )
        monkeypatch.setattr(search.holders, "_read", dict)
        assert [busy.pid] == search.find()
        assert [] == search.find()


def test_processes_that_start_by_the_hundred_are_not_searched_for_ever(camera: StandIn):
    """After a few looks the number of files of a new process is a usual one, too."""
    search = Search(camera)
    with program() as new:
        for _ in range(5):
            assert [] == search.find()
            assert search.holders._young.get(new.pid, (0, 0))[0] < 3
        assert new.pid in search.holders._counts
        new.does(opening(camera))
        assert [new.pid] == search.find()
