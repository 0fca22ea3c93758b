"""Shared mappings of a device file, by the text of /proc and by the query of newer kernels."""

import mmap
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcheck.collect.linux.holders.descriptors import Target
from camcheck.collect.linux.holders.mappings import Mapping, MappingSearch, parse_maps
from camcheck.collect.linux.kernel.lists import KernelLists
from camcheck.collect.linux.kernel.system import Kernel, Roots
from camcheck.collect.linux.processes.table import ProcessTable
from camcheck.model import NodeKind

LINE = b"7f0000000000-7f0000001000 rw-s 00000000 00:06 123                    /dev/video0\n"


def test_a_shared_mapping_of_a_file_is_told():
    """Range, device of the file system, inode and path, as proc_pid_maps(5) says."""
    assert [Mapping("7f0000000000-7f0000001000", (0, 6), 123, "/dev/video0")] == list(
        parse_maps(LINE)
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"rw-s", b"rw-p"),  # private: no camera buffer can be
        (b" 123 ", b" 0 "),  # memory without a file
        (b"7f0000000000-", b"no number "),
    ],
)
def test_what_is_no_shared_mapping_of_a_file_is_passed_over(old, new):
    """Private and nameless memory, and lines that are none."""
    assert [] == list(parse_maps(LINE.replace(old, new)))


@given(st.binary(max_size=80).filter(lambda path: b"\n" not in path and path.strip() == path))
def test_no_path_breaks_the_parser(path):
    """Whatever a file is called, its mapping is told with the device that it has."""
    text = LINE.replace(b"/dev/video0", b"/" + path) + LINE
    found = list(parse_maps(text))

    assert [(0, 6), (0, 6)] == [mapping.device for mapping in found]
    assert b"/" + path == found[0].path.encode("utf-8", "surrogateescape")


@given(st.binary(max_size=200))
def test_no_text_at_all_breaks_the_parser(text):
    """What is not understood is passed over."""
    assert all(mapping.inode for mapping in parse_maps(text))


@pytest.fixture(params=["query", "text"])
def search(request, tmp_path):
    """A search for a stand-in: a file of device number 0:0, as every regular file has."""
    node = tmp_path / "video0"
    node.write_bytes(bytes(4096))
    target = Target("camera", None, str(node), NodeKind.CAPTURE)

    def run():
        table = ProcessTable(Roots())
        searching = MappingSearch(table, Kernel(), {(0, 0): target})
        searching._can_query = request.param == "query"
        task = table.tasks[os.getpid()]
        with KernelLists(Roots(proc="/nowhere")) as lists:
            searching.run([task, task._replace(pid=2, kernel_thread=True)], lists)
        return searching

    return node, run


def a_mapping(path, **options):
    descriptor = os.open(path, os.O_RDWR)
    try:
        return mmap.mmap(descriptor, 4096, **options)
    finally:
        os.close(descriptor)


def test_a_mapping_outlives_its_descriptor(search):
    """The descriptor is closed, the file is held: the mapping shows it."""
    node, run = search
    with a_mapping(node):
        found = run()

    assert [(os.getpid(), str(node))] == [(one.pid, one.node) for one in found.found]
    assert set() == found.denied


def test_a_file_that_was_renamed_is_matched_by_its_inode(search):
    """The name is no matter, however long it is."""
    node, run = search
    long = node.with_name("x" * 200)
    with a_mapping(node):
        os.link(node, long)
        deep = node.parent / ("y" * 200)
        deep.mkdir()
        os.rename(long, deep / long.name)
        with a_mapping(deep / long.name):
            found = run()

    # A chroot or a bind mount gives the very file another name, and hides nothing by it.
    assert [(os.getpid(), str(node), False)] == [(o.pid, o.node, o.foreign) for o in found.found]


def test_a_private_or_ended_mapping_is_no_holder(search):
    """A private copy of a file, or one that was unmapped, holds nothing."""
    node, run = search
    a_mapping(node).close()
    with a_mapping(node, flags=mmap.MAP_PRIVATE):
        found = run()

    assert [] == found.found


def test_another_file_is_another_file(search, tmp_path):
    """A mapping of a regular file is none of a camera."""
    _, run = search
    other = tmp_path / "other"
    other.write_bytes(bytes(4096))
    with a_mapping(other):
        found = run()

    assert [] == found.found


def test_a_process_that_ended_is_no_gap(search, tmp_path):
    """Nothing is left to look into, and nothing was refused."""
    _, run = search
    searching = run()
    searching.search(str(tmp_path / "nowhere"), next(iter(searching.table.tasks.values())))

    assert set() == searching.denied


def test_a_process_that_refuses_is_told(search, tmp_path):
    """What may not be read is remembered as unseen."""
    _, run = search
    searching = run()
    (tmp_path / "maps").mkdir()
    task = searching.table.tasks[os.getpid()]
    searching.search(str(tmp_path), task)

    assert {os.getpid()} == searching.denied
