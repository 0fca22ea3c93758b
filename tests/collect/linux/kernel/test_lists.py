"""The kernel points to descriptors and mappings that can hold a camera, and to few others."""

import mmap
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from camcheck.collect import linux
from camcheck.collect.linux.kernel import bpf
from camcheck.collect.linux.kernel import lists as lists_module
from camcheck.collect.linux.kernel.bpf import Bpf
from camcheck.collect.linux.kernel.lists import KernelLists, Pointed
from tests.collect.linux.conftest import NOT_POINTED, asked, needs_root, pointed
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

    assert number == sum(map(len, pointed([stand_in.number]).files.get(pid, {}).values()))


@pytest.mark.parametrize("how", ["is_open_in_thread", "outlives_main_thread"])
def test_a_table_of_a_thread_is_told_with_its_thread(stand_in, how):
    """The table that is not that of the process is found under the number of the thread."""
    pid = stand_in.start(how)
    (tid,) = pointed([stand_in.number]).files[pid]

    assert tid != pid
    assert str(tid) in os.listdir(f"/proc/{pid}/task")


def test_what_is_named_is_what_proc_shows(stand_in):
    """The number of the descriptor is the one that /proc has."""
    pid = stand_in.start("is_open", stand_in.make_node("elsewhere/innocent"))
    ((number,),) = pointed([stand_in.number]).files[pid].values()

    assert os.makedev(*stand_in.number) == os.stat(f"/proc/{pid}/fd/{number}").st_rdev


def test_a_ring_is_pointed_to(stand_in):
    """A ring can hold a camera without a descriptor of it."""
    pid = stand_in.start("is_registered")
    ((number,),) = pointed([stand_in.number]).files[pid].values()

    assert "anon_inode:[io_uring]" == os.readlink(f"/proc/{pid}/fd/{number}")


def test_other_files_are_not_pointed_to(stand_in, tmp_path):
    """Events, sockets, pipes, other devices and a regular file of the name are passed over."""
    (tmp_path / stand_in.name).touch()
    opened = [os.open(name, os.O_RDWR) for name in (os.devnull, str(tmp_path / stand_in.name))]
    opened += [os.eventfd(0), *os.pipe(), os.memfd_create(stand_in.name)]
    try:
        assert os.getpid() not in pointed([stand_in.number]).files
    finally:
        for descriptor in opened:
            os.close(descriptor)


@pytest.mark.parametrize("number", ["999", "0"])
@pytest.mark.parametrize("how", ["is_open", "is_open_in_thread"])
def test_a_descriptor_that_has_moved_is_found_where_it_is(stand_in, monkeypatch, how, number):
    """What the kernel pointed to is gone, or a pipe by now: the whole process is looked at."""
    pid = stand_in.start(how)
    told = Pointed({pid: {pid: [number]}}, mapped=True)
    monkeypatch.setattr(KernelLists, "open_files", lambda *_: told)

    assert 1 == len(stand_in.ways(pid))


def a_mapping_of_zeros(*, shared):
    """Memory of /dev/zero: where it is private, the kernel keeps the device as its file."""
    descriptor = os.open("/dev/zero", os.O_RDWR)
    try:
        return mmap.mmap(descriptor, 4096, mmap.MAP_SHARED if shared else mmap.MAP_PRIVATE)
    finally:
        os.close(descriptor)


ZERO = (1, 5)


def mapped_by(devices):
    with KernelLists(linux.Roots()) as lists:
        return lists.mapped_by(devices)


def test_who_has_a_device_in_memory_is_pointed_to():
    """With or without a descriptor of it; another device in memory is nothing."""
    with a_mapping_of_zeros(shared=False):
        assert os.getpid() in mapped_by([(1, 3), ZERO])
        assert os.getpid() not in mapped_by([(1, 3)])

    assert os.getpid() not in mapped_by([ZERO])


def test_an_open_file_says_whether_anybody_has_mapped_it():
    """In whatever process, and by whatever descriptor; what is mapped by nobody says so."""
    descriptor = os.open("/dev/zero", os.O_RDWR)
    try:
        assert os.getpid() in pointed([ZERO]).files
        assert not pointed([ZERO]).mapped
        with a_mapping_of_zeros(shared=False):
            assert pointed([ZERO]).mapped
    finally:
        os.close(descriptor)


def test_a_ring_in_memory_is_no_device_in_memory(stand_in):
    """Every program with a ring has it mapped; that says nothing of a camera."""
    stand_in.start("is_registered")

    assert not pointed([stand_in.number]).mapped


def test_what_blocks_is_looked_at_in_turn(monkeypatch):
    """The kernel waits for a memory map that somebody keeps locked, so it is not asked then."""
    monkeypatch.setattr(lists_module, "passes_any", lambda: True)

    assert mapped_by([ZERO]) is None


def test_all_processes_are_listed_once():
    """First threads alone, with their names."""
    with KernelLists(linux.Roots()) as lists:
        told = lists.processes()

    assert {os.getpid(), os.getppid()} <= told.keys()
    assert told[os.getpid()] == Path("/proc/self/comm").read_text().removesuffix("\n")


def every_file(devices):
    """What the kernel's list of all descriptors has for the devices."""
    return asked(lambda lists, shared: lists.every_file(devices, shared))


@pytest.mark.parametrize(
    "how", ["is_open", "is_open_among_threads", "is_open_in_thread", "is_registered", "ends"]
)
def test_out_of_all_descriptors_those_are_found_that_are_pointed_to(stand_in, how):
    """The same, though the kernel chose none; and who has any descriptor at all is told."""
    pid = stand_in.start(how)
    every = every_file([stand_in.number])

    assert pointed([stand_in.number]).files.get(pid) == every.files.get(pid)
    assert {pid, os.getpid()} <= every.told


def test_sockets_are_found_out_of_all_descriptors():
    """For a kernel that lists descriptors and does not let its sockets be looked into."""
    one, other = socket.socketpair()
    with one, other:
        mine = every_file([]).sockets[os.getpid()][os.getpid()]

        assert {str(one.fileno()), str(other.fileno())} <= set(mine)


@pytest.mark.parametrize("place", range(5))
def test_a_list_that_is_wrong_about_our_own_descriptor_is_not_believed(monkeypatch, place):
    """What is known is compared first: a field that lies elsewhere must not end in "nobody"."""
    stream = KernelLists._stream

    def shifted(self, *asked):
        for row in stream(self, *asked):
            yield (*row[:place], row[place] + 1, *row[place + 1 :])

    assert every_file([]) is not None
    monkeypatch.setattr(KernelLists, "_stream", shifted)
    assert every_file([]) is None


def sockets_with_files():
    """Descriptors of this process that are pointed to."""
    with KernelLists(linux.Roots()) as lists:
        return {number for pid, _, number in lists.sockets_with_files() if pid == os.getpid()}


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET])
def test_a_socket_in_which_a_file_waits_is_pointed_to(kind):
    """Until it is received; bytes alone are nothing."""
    one, other = socket.socketpair(socket.AF_UNIX, kind)
    with one, other:
        one.send(b"bytes")
        assert set() == sockets_with_files() & {one.fileno(), other.fileno()}

        socket.send_fds(one, [b"x"], [0])
        assert {other.fileno()} == sockets_with_files() & {one.fileno(), other.fileno()}

        other.recv(5)
        for descriptor in socket.recv_fds(other, 1, 1)[1]:
            os.close(descriptor)
        assert set() == sockets_with_files() & {one.fileno(), other.fileno()}


def test_a_socket_that_listens_can_have_files_that_wait(tmp_path):
    """What was sent before the connection is accepted is not counted there; other kinds of sockets
    carry no files."""
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX) as server, socket.socket() as internet:
        server.bind(path)
        server.listen()
        internet.bind(("127.0.0.1", 0))
        internet.listen()
        told = sockets_with_files()

        assert {server.fileno()} == told & {server.fileno(), internet.fileno()}


def test_nothing_stays_open(stand_in):
    """The programs and links end with each list, and the rest with the look."""
    before = os.listdir("/proc/self/fd")
    with KernelLists(linux.Roots()) as lists:
        lists.processes()
        once = os.listdir("/proc/self/fd")
        lists.processes()
        assert once == os.listdir("/proc/self/fd")

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
    monkeypatch.setattr(bpf, "Bpf", None)

    assert pointed([(1, 7)]) is None


def test_another_namespace_of_processes_is_not_told(tmp_path):
    """Inside a container the kernel's numbers of processes are not those of /proc."""
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[4026532000]")

    with KernelLists(linux.Roots(proc=str(tmp_path))) as lists:
        assert (None, None) == (lists.open_files([(1, 7)], 1), lists.processes())
        assert (None, None) == (lists.mapped_by([(1, 7)]), lists.sockets_with_files())
        assert lists.every_file([(1, 7)], 1) is None


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
