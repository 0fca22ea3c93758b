"""What the mount table and the kernel's own numbers tell about processes that are not shown."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcheck.collect.linux.kernel.system import Roots
from camcheck.collect.linux.processes import hidden
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.model import Fact, Reason

FIRST, OTHER = "pid:[4026531836]", "pid:[4026532999]"


def a_machine(tmp_path, *mounts, options="rw", namespace: str | None = FIRST):
    """A /proc with a mount table: each of ``mounts`` is a place with something mounted on it."""
    proc = tmp_path / "proc"
    (proc / "self/ns").mkdir(parents=True)
    lines = [f"20 1 0:4 / {proc} rw,nosuid - proc proc {options}"]
    lines += [f"30 1 0:9 /x {at} rw - tmpfs tmpfs rw" for at in mounts]
    (proc / "self/mountinfo").write_text("\n".join([*lines, "damaged", ""]))
    if namespace:
        (proc / "self/ns/pid").symlink_to(namespace)
    return Roots(proc=str(proc), sys=str(tmp_path / "sys"))


def test_an_ordinary_machine_hides_nothing(tmp_path):
    """No gap without a reason."""
    roots = a_machine(tmp_path, "/home", f"{tmp_path}/sys/kernel/debug", f"{tmp_path}/sys/fs/bpf")

    assert [] == hidden.namespace_gaps(roots)
    assert {} == hidden.covered_processes(roots)


def test_a_mount_over_a_process_is_found(tmp_path):
    """Over its folder or a part of it; other folders of /proc are none."""
    at = f"{tmp_path}/proc"
    roots = a_machine(tmp_path, f"{at}/42", f"{at}/43/fd", f"{at}/sys/fs/binfmt_misc", "/proc9/1")

    assert {42: f"{at}/42", 43: f"{at}/43/fd"} == hidden.covered_processes(roots)


@given(st.text(max_size=200))
def test_no_mount_table_breaks_the_parser(tmp_path_factory, text):
    """What is no line of the mount table is passed over."""
    roots = a_machine(tmp_path_factory.mktemp("machine"))
    with open(f"{roots.proc}/self/mountinfo", "w", errors="surrogateescape") as file:
        file.write(text)

    assert {} == hidden.covered_processes(roots)


def as_ordinary_user(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.mark.parametrize("value", ["1", "2", "invisible", "noaccess", "ptraceable", "4"])
def test_hidden_processes_of_others_are_a_gap(tmp_path, monkeypatch, value):
    """hidepid keeps other users' processes from an ordinary user, by number or by word."""
    as_ordinary_user(monkeypatch)
    (gap,) = hidden.namespace_gaps(a_machine(tmp_path, options=f"rw,hidepid={value}"))

    assert (Fact.PROCESSES, "other users' processes", Reason.DENIED) == gap[:3]


@pytest.mark.parametrize("options", ["rw", "rw,hidepid=0", "rw,hidepid=off", "rw,gid=5"])
def test_a_system_that_hides_nobody_has_no_gap(tmp_path, monkeypatch, options):
    """hidepid can be written and mean nothing."""
    as_ordinary_user(monkeypatch)

    assert [] == hidden.namespace_gaps(a_machine(tmp_path, options=options))


def test_an_administrator_sees_through_hidepid(tmp_path, monkeypatch):
    """hidepid does not apply to root."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert [] == hidden.namespace_gaps(a_machine(tmp_path, options="rw,hidepid=2"))


@pytest.mark.parametrize(
    ("namespace", "reason"), [(OTHER, Reason.UNSUPPORTED), (None, Reason.MISSING)]
)
def test_a_container_sees_itself_alone(tmp_path, namespace, reason):
    """Inside a container, or where that cannot be told, processes outside are a gap."""
    (gap,) = hidden.namespace_gaps(a_machine(tmp_path, namespace=namespace))

    assert (Fact.PROCESSES, "processes outside", reason) == gap[:3]


@pytest.mark.parametrize(
    "place",
    [
        "module/uvcvideo/refcnt",
        "class/video4linux",
        "bus/usb/devices",
        "devices/pci0000:00",
        "devices/virtual/video4linux/video0",
    ],
)
def test_a_mount_over_what_the_drivers_tell_is_a_gap(tmp_path, place):
    """A count that somebody covered with another number is not believed."""
    roots = a_machine(tmp_path, f"{tmp_path}/sys/{place}")
    (gap,) = hidden.namespace_gaps(roots)

    assert (Fact.REFERENCES, f"{tmp_path}/sys/{place}", Reason.FAILED) == gap[:3]


@pytest.mark.parametrize("place", ["firmware", "devices/virtual/powercap", "kernel/tracing"])
def test_what_containers_cover_is_no_gap(tmp_path, place):
    """Places that tell nothing about cameras may be covered."""
    assert [] == hidden.namespace_gaps(a_machine(tmp_path, f"{tmp_path}/sys/{place}"))


def a_process(roots, pid, *, threads=1, leader=None):
    folder = f"{roots.proc}/{pid}"
    os.makedirs(folder)
    with open(f"{folder}/stat", "w") as file:
        file.write(f"{pid} (x) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 {threads} 0 500 1 2 3")
    with open(f"{folder}/status", "w") as file:
        file.write(f"Name:\tx\nTgid:\t{leader or pid}\n")


def a_load(roots, threads):
    with open(f"{roots.proc}/loadavg", "w") as file:
        file.write(f"0.1 0.2 0.3 1/{threads} 99\n")


@pytest.mark.parametrize("groups", [True, False])
def test_a_number_that_answers_and_is_not_listed_is_hidden(tmp_path, monkeypatch, groups):
    """By the control groups, or by trying the numbers; threads are no processes."""
    roots = a_machine(tmp_path)
    for pid, leader in ((1, 1), (5, 5), (6, 5)):
        a_process(roots, pid, leader=leader)
    a_load(roots, 3)
    if groups:
        os.makedirs(f"{roots.sys}/fs/cgroup/user")
        with open(f"{roots.sys}/fs/cgroup/user/cgroup.procs", "w") as file:
            file.write("1\n5\n6\nx\n")
    else:
        os.makedirs(f"{roots.proc}/sys/kernel")
        with open(f"{roots.proc}/sys/kernel/pid_max", "w") as file:
            file.write("100\n")
    real = os.listdir
    monkeypatch.setattr(os, "listdir", lambda path: [n for n in real(path) if n not in "56"])

    assert [5] == hidden.unlisted_processes(roots, somebody_missing=False)


def test_numbers_are_not_tried_when_all_threads_are_listed(tmp_path, monkeypatch):
    """When the kernel counts no thread more than is listed, nobody is missing."""
    roots = a_machine(tmp_path)
    a_process(roots, 5, threads=3)
    a_load(roots, 3)
    monkeypatch.setattr(hidden, "_candidates", lambda roots: pytest.fail("numbers were tried"))

    assert [] == hidden.unlisted_processes(roots, somebody_missing=False)


def test_a_load_that_cannot_be_read_makes_nobody_missing(tmp_path):
    """Without the count of threads, the numbers are tried only when a driver misses somebody."""
    roots = a_machine(tmp_path)

    assert [] == hidden.unlisted_processes(roots, somebody_missing=False)
    assert [] == hidden.unlisted_processes(roots, somebody_missing=True)


def test_who_is_born_while_numbers_are_tried_does_not_hide(tmp_path, monkeypatch):
    """A process that answers to its number and is in the next listing is only new."""
    roots = a_machine(tmp_path)
    a_process(roots, 5)

    class Listing(ProcessTable):
        def __init__(self, roots):
            super().__init__(roots)
            if 7 not in self.tasks:
                a_process(roots, 7)

    monkeypatch.setattr(hidden, "ProcessTable", Listing)
    monkeypatch.setattr(hidden, "_candidates", lambda roots: [5, 7])

    assert [] == hidden.unlisted_processes(roots, somebody_missing=True)
