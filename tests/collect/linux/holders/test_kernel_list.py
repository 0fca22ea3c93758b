"""The kernel points to the descriptors that can hold a camera, and to few others."""

import os
import subprocess
import sys

import pytest

from camcheck.collect import linux
from camcheck.collect.linux.holders import descriptors, kernel_list
from camcheck.collect.linux.kernel import bpf
from camcheck.collect.linux.kernel.bpf import Bpf
from tests.collect.linux.conftest import NOT_POINTED, needs_root, pointed
from tests.lab.guest import confined

pytestmark = needs_root

CONFINED = """
from tests.collect.linux.conftest import pointed
from tests.lab.guest.confined import refuse_bpf
refuse_bpf()
print(pointed([(1, 7)]))
"""


@pytest.fixture(autouse=True)
def kernel_points():
    if pointed(()) is None:
        pytest.skip(NOT_POINTED)


@pytest.mark.parametrize(
    ("how", "number"),
    [
        ("is_open", 1),
        ("is_open_twice", 2),
        ("is_duplicated", 2),
        ("is_open_among_threads", 1),
        ("is_not_inspectable", 1),
        ("is_named", 1),
        ("ends", 0),
        ("is_in_flight", 0),
    ],
)
def test_descriptors_of_the_device_are_pointed_to(stand_in, how, number):
    """Each descriptor once, however many threads share it; a name for the node is looked at too."""
    pid = stand_in.start(how)

    assert number == sum(map(len, pointed([stand_in.number]).get(pid, {}).values()))


@pytest.mark.parametrize("how", ["is_open_in_thread", "outlives_main_thread"])
def test_a_table_of_a_thread_is_told_with_its_thread(stand_in, how):
    """The table that is not that of the process is found under the number of the thread."""
    pid = stand_in.start(how)
    (tid,) = pointed([stand_in.number])[pid]

    assert tid != pid
    assert str(tid) in os.listdir(f"/proc/{pid}/task")


def test_what_is_named_is_what_proc_shows(stand_in):
    """The number of the descriptor is the one that /proc has."""
    pid = stand_in.start("is_open", stand_in.make_node("elsewhere/innocent"))
    ((number,),) = pointed([stand_in.number])[pid].values()

    assert os.makedev(*stand_in.number) == os.stat(f"/proc/{pid}/fd/{number}").st_rdev


def test_a_ring_is_pointed_to(stand_in):
    """A ring can hold a camera without a descriptor of it."""
    pid = stand_in.start("is_registered")
    ((number,),) = pointed([stand_in.number])[pid].values()

    assert "anon_inode:[io_uring]" == os.readlink(f"/proc/{pid}/fd/{number}")


def test_other_files_are_not_pointed_to(stand_in, tmp_path):
    """Events, sockets, pipes, other devices and a regular file of the name are passed over."""
    (tmp_path / "video0").touch()
    opened = [os.open(name, os.O_RDWR) for name in (os.devnull, str(tmp_path / "video0"))]
    opened += [os.eventfd(0), *os.pipe(), os.memfd_create("video0")]
    try:
        assert os.getpid() not in pointed([stand_in.number])
    finally:
        for descriptor in opened:
            os.close(descriptor)


@pytest.mark.parametrize("number", ["999", "0"])
@pytest.mark.parametrize("how", ["is_open", "is_open_in_thread"])
def test_a_descriptor_that_has_moved_is_found_where_it_is(stand_in, monkeypatch, how, number):
    """What the kernel pointed to is gone, or a pipe by now: the whole process is looked at."""
    pid = stand_in.start(how)
    monkeypatch.setattr(descriptors, "list_open_files", lambda *_: {pid: {pid: [number]}})

    assert 1 == len(stand_in.ways(pid))


def test_nothing_stays_open(stand_in):
    """The programs and links end with the look."""
    before = os.listdir("/proc/self/fd")
    pointed([stand_in.number])

    assert before == os.listdir("/proc/self/fd")


filter_is_made = pytest.mark.skipif(
    not hasattr(os, "uname") or os.uname().machine != "x86_64", reason="the filter is for x86-64"
)


@filter_is_made
def test_a_kernel_that_refuses_is_no_empty_list():
    """Where bpf(2) is refused, as in containers and services, the answer is "not told"."""
    command = [sys.executable, "-c", CONFINED]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "None\n" == done.stdout


@filter_is_made
def test_the_filter_refuses_one_call_only():
    """What is confined is bpf(2): other calls go on, so the test above can fail."""
    command = [sys.executable, confined.__file__, sys.executable, "-c", "print(open('/dev/null'))"]

    assert subprocess.run(command, capture_output=True, check=True).stdout


def test_an_ordinary_user_is_not_told(monkeypatch):
    """The call is not even tried without root."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(kernel_list, "Bpf", None)

    assert pointed([(1, 7)]) is None


def test_another_namespace_of_processes_is_not_told(tmp_path):
    """Inside a container the kernel's numbers of processes are not those of /proc."""
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[4026532000]")

    assert kernel_list.list_open_files(linux.Roots(proc=str(tmp_path)), [(1, 7)], 1) is None


@pytest.mark.parametrize(
    "lacking", [("file", "f_nothing"), ("no_such_structure", "f_inode"), ("inode", "f_inode")]
)
def test_a_field_that_the_kernel_lacks_is_no_offset(lacking):
    """A structure without the member is passed over: better no answer than a wrong place."""
    with Bpf() as kernel, pytest.raises(ValueError, match="not found"):
        kernel.types().offset(*lacking)


def test_a_kernel_without_the_iterator_says_so():
    """What cannot be found among the kernel's functions is an error, not a guess."""
    with Bpf() as kernel, pytest.raises(OSError, match="no bpf_iter_of_nothing"):
        list(kernel.iterate("bpf_iter_of_nothing", b""))


def test_a_program_that_the_kernel_does_not_accept_is_an_error():
    """The kernel checks programs before it runs them."""
    jump_to_itself = bpf.assemble(["again", bpf.if_equal(0, 0, "again"), bpf.leave()])
    with Bpf() as kernel, pytest.raises(OSError, match="bpf"):
        list(kernel.iterate("bpf_iter_task_file", jump_to_itself))


def test_a_machine_whose_call_is_unknown_is_not_told(monkeypatch):
    """No number of the call, no guess."""
    monkeypatch.setattr(bpf, "NUMBER", {})

    assert pointed([(1, 7)]) is None
