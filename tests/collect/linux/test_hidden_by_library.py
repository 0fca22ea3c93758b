"""A library that hides a process from every program: the process is named all the same."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from camcheck.collect import linux
from camcheck.collect.linux.kernel.lists import KernelLists
from camcheck.collect.linux.kernel.system import RawSystem
from camcheck.collect.linux.processes import hidden
from camcheck.collect.linux.processes import table as table_module
from camcheck.collect.linux.processes.hidden import KERNEL, LIBRARY
from camcheck.collect.linux.processes.table import ProcessTable
from tests.collect.linux.conftest import needs_root
from tests.collect.linux.silent import built
from tests.waiting import until

ROOT = Path(__file__).parents[3]
NOBODY = 65534
pytestmark = needs_root


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    return str(built("libhide", folder, "-shared", "-fPIC", "-ldl"))


def left_out(table, named=()):
    """What the comparison of all lists says."""
    with KernelLists(linux.Roots()) as lists:
        return hidden.left_out(linux.Roots(), table, lists, named)


def scan(library, stand_in, *, user=0):
    """What a scan sees with the library in its own process."""
    roots = stand_in.roots()
    places = [f"{name}={getattr(roots, name)}" for name in roots._fields]
    command = [sys.executable, "-m", "tests.collect.linux.scanning", str(user), *places]
    environment = {"PATH": os.environ["PATH"], **({"LD_PRELOAD": library} if library else {})}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, timeout=120, check=True
    )
    return json.loads(done.stdout)


def ways(snapshot, pid):
    return {holder["via"] for holder in snapshot["holders"] if holder["pid"] == pid}


@pytest.mark.parametrize("user", [0, NOBODY])
@pytest.mark.parametrize("counted", [0, 1])
def test_a_process_that_a_library_hides_is_named(library, stand_in, user, counted):
    """Whether a driver counts somebody or nobody; to root and to its own user."""
    pid = stand_in.start("is_unlisted", user=user or None)
    stand_in.driver_counts("uvcvideo", counted)
    if not counted:  # nothing else is looked at then
        stand_in.write(f"{stand_in.usb_path}/power/runtime_status", "suspended")
    snapshot = scan(library, stand_in, user=user)
    (process,) = [process for process in snapshot["processes"] if process["pid"] == pid]

    assert ("unlisted", user, LIBRARY) == (process["name"], process["uid"], process["concealed"])
    assert process["exe"] == os.readlink(f"/proc/{pid}/exe")
    assert "is_unlisted" in process["cmdline"]
    assert ({"fd"} if counted else set()) <= ways(snapshot, pid)


def test_without_the_library_nobody_is_hidden(stand_in):
    """The same process, seen by an ordinary program."""
    pid = stand_in.start("is_unlisted")
    stand_in.driver_counts("uvcvideo", 1)
    snapshot = scan("", stand_in)

    assert [] == [process for process in snapshot["processes"] if process["concealed"]]
    assert {"fd"} <= ways(snapshot, pid)


def test_who_comes_and_goes_is_not_hidden(monkeypatch):
    """Born after the listing, or ended since: the second list decides."""
    table = ProcessTable(linux.Roots())
    with subprocess.Popen(["/bin/sleep", "60"]) as late:
        found = left_out(table, [late.pid, 999_999_999])
        late.kill()
    ended = left_out(table, [late.pid])

    assert ({}, {}) == (found, ended)


def test_a_process_that_has_ended_and_is_not_yet_reaped_is_not_hidden():
    """A zombie stays in every list until its parent asks."""
    child = subprocess.Popen(["/bin/true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    try:
        assert {} == left_out(ProcessTable(linux.Roots()), [child.pid])
    finally:
        child.wait()


def test_who_is_listed_and_opened_past_the_library_alone_is_hidden(monkeypatch):
    """A library that leaves the name in the listing and refuses to open what is behind it."""
    read = table_module.read_record

    def filtered(path):
        if path == f"/proc/{child.pid}/stat":
            raise FileNotFoundError(path)
        return read(path)

    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        until(lambda: "sleep\n" == Path(f"/proc/{child.pid}/comm").read_text())
        monkeypatch.setattr(table_module, "read_record", filtered)
        found = left_out(ProcessTable(linux.Roots()), [child.pid])
        child.kill()

    assert {child.pid: LIBRARY} == found


def test_who_is_known_to_the_kernel_alone_is_named(monkeypatch):
    """A filter below every system call: the kernel's own list still has the process, and nobody
    else needs to have told of it."""
    with subprocess.Popen(["/bin/sleep", "60"]) as child:
        until(lambda: "sleep\n" == Path(f"/proc/{child.pid}/comm").read_text())
        with KernelLists(linux.Roots()) as lists:
            listed = lists.processes()
        if listed is None:
            child.kill()
            pytest.skip("this kernel does not lead root over its processes")
        without(monkeypatch, child.pid)
        found = left_out(ProcessTable(linux.Roots()))
        child.kill()

    assert "sleep" == listed[child.pid]
    assert {child.pid: KERNEL} == found


def test_who_is_born_after_one_listing_and_ends_before_the_next_is_not_hidden(monkeypatch):
    """The kernel told of it in between: it has to be there before a listing and after it."""
    child = subprocess.Popen(["/bin/sleep", "60"])
    told = iter([{child.pid: "sleep"}, {child.pid: "sleep"}, {}])
    moments = iter(range(9))

    def ends(_lists):
        answer = next(told)
        if next(moments):
            child.kill()
            child.wait()
        return answer

    table = ProcessTable(linux.Roots())
    table.tasks.pop(child.pid, None)
    numbers = RawSystem.numbers
    monkeypatch.setattr(RawSystem, "numbers", lambda *at: numbers(*at) - {child.pid})
    monkeypatch.setattr(KernelLists, "processes", ends)

    assert {} == left_out(table)


def without(monkeypatch, pid):
    """/proc as a kernel shows it that hides a process."""
    real_numbers, real_read, real_list = RawSystem.numbers, RawSystem.read, os.listdir
    monkeypatch.setattr(RawSystem, "numbers", lambda self, path: real_numbers(self, path) - {pid})
    monkeypatch.setattr(os, "listdir", lambda path: [n for n in real_list(path) if n != str(pid)])

    def read(self, path):
        if f"/{pid}/" in path:
            raise FileNotFoundError(path)
        return real_read(self, path)

    monkeypatch.setattr(RawSystem, "read", read)


def test_raw_calls_list_what_the_c_library_lists():
    """On a machine where nobody hides; numbers in other folders are told, too."""
    raw = RawSystem()
    own = {os.getpid(), 1}

    assert own <= raw.numbers("/proc")
    assert {os.getpid()} <= raw.numbers("/proc/self/task")
    with pytest.raises(FileNotFoundError):
        raw.open("/proc/none")
