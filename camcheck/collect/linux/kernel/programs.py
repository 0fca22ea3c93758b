"""Programs for the kernel's iterators (BPF): which processes, open files and mappings are told.

Each is run on every object of its kind. Register 1 brings what it is run on, by pointers of 8 bytes
each: struct bpf_iter__task (meta, task), bpf_iter__task_file (meta, task, descriptor, file),
bpf_iter__task_vma (meta, task, vma).

Sources: kernel/bpf/task_iter.c (a thread that shares its first thread's table is passed over);
include/linux/sched.h, fs.h, mm_types.h; fs/anon_inodes.c; linux/magic.h; linux/kdev_t.h; of sockets
include/net/sock.h, af_unix.h and unix_show_fdinfo in net/unix/af_unix.c.
"""

import struct
from collections.abc import Collection, Iterator

from camcheck.collect.linux.kernel.bpf import (
    Op,
    Types,
    add,
    call,
    copy,
    go,
    if_equal,
    if_other,
    if_same,
    if_unlike,
    leave,
    load,
    load_byte,
    load_half,
    put,
    put_wide,
    store,
)

PROCESS = struct.Struct("=I16s")  # number, name
OPEN_FILE = struct.Struct("=IIII")  # process, thread, descriptor, 1: its file is mapped by somebody
EVERY_FILE = struct.Struct("=QIIIII4x")  # inode, process, thread, descriptor, device, file system
MAPPING = struct.Struct("=I")  # process
SOCKET = struct.Struct("=III")  # process, thread, descriptor
ANONYMOUS, DMA_BUFFER, SOCKETS = 0x09041934, 0x444D4142, 0x534F434B  # file systems
_PROBE_READ_KERNEL, _SEQ_WRITE, _SOCK_FROM_FILE = 113, 127, 162  # helper functions
_AF_UNIX, _TCP_LISTEN = 1, 10
MINOR_BITS = 20
_CONTEXT, _SUBJECT, _TASK = 6, 7, 8  # registers that helper functions leave alone
_VMA, _FILE = 16, 24  # where the pointer to what a program is run on lies


def processes(types: Types) -> list[Op | str]:
    """A row for each first thread."""
    name = types.offset("task_struct", "comm")
    return [
        copy(_CONTEXT, 1),
        load(_TASK, _CONTEXT, 8),
        if_equal(_TASK, 0, "out"),
        load(3, _TASK, types.offset("task_struct", "tgid"), word=True),
        load(4, _TASK, types.offset("task_struct", "pid"), word=True),
        if_unlike(3, 4, "out"),
        store(10, -PROCESS.size, 3, word=True),
        *(
            op
            for at in range(0, 16, 4)
            for op in (load(3, _TASK, name + at, word=True), store(10, at - 16, 3, word=True))
        ),
        *_write(PROCESS.size),
    ]


def open_files(
    types: Types, devices: Collection[tuple[int, int]], shared_inode: int
) -> list[Op | str]:
    """A row for each descriptor that is one of the devices, a ring or a DMA buffer.

    ``shared_inode`` is that of the anonymous files that hold nothing (event, timer, poll).
    """
    mappings = types.offset("address_space", "i_mmap")
    mappings += types.offset("rb_root_cached", "rb_root") + types.offset("rb_root", "rb_node")
    inode = 2
    of_device = [
        "device",
        put(9, 1),  # as long as it is not known to be mapped by nobody
        load(3, _SUBJECT, types.offset("file", "f_mapping")),
        if_equal(3, 0, "write"),
        load(3, 3, mappings),
        if_other(3, 0, "write"),
        put(9, 0),
    ]
    return [
        *_begin(_FILE),
        load(inode, _SUBJECT, types.offset("file", "f_inode")),
        if_equal(inode, 0, "out"),
        *_if_device(types, inode, devices, "device"),
        *_file_system(types, inode, 5),
        put(9, 0),
        if_equal(5, DMA_BUFFER, "write"),
        if_other(5, ANONYMOUS, "out"),
        load(5, inode, types.offset("inode", "i_ino")),
        *put_wide(4, shared_inode),
        if_same(5, 4, "out"),
        go("write"),
        *(of_device if devices else ()),  # the kernel refuses what nothing leads to
        "write",
        *_store_descriptor(types, -16),
        store(10, -4, 9, word=True),
        *_write(OPEN_FILE.size),
    ]


def every_file(types: Types) -> list[Op | str]:
    """A row for each descriptor, whatever it is."""
    inode = 9
    return [
        *_begin(_FILE),
        load(inode, _SUBJECT, types.offset("file", "f_inode")),
        if_equal(inode, 0, "out"),
        *_file_system(types, inode, 4),
        store(10, -8, 4),
        load(3, inode, types.offset("inode", "i_ino")),
        store(10, -32, 3),
        *_store_descriptor(types, -24),
        load(3, inode, types.offset("inode", "i_rdev"), word=True),
        store(10, -12, 3, word=True),
        *_write(EVERY_FILE.size),
    ]


def mappings(types: Types, devices: Collection[tuple[int, int]]) -> list[Op | str]:
    """A row for each mapping of one of the devices or of a DMA buffer."""
    inode = 2
    return [
        *_begin(_VMA),
        load(3, _SUBJECT, types.offset("vm_area_struct", "vm_file")),
        if_equal(3, 0, "out"),
        load(inode, 3, types.offset("file", "f_inode")),
        if_equal(inode, 0, "out"),
        *_if_device(types, inode, devices, "write"),
        *_file_system(types, inode, 5),
        if_other(5, DMA_BUFFER, "out"),
        "write",
        load(3, _TASK, types.offset("task_struct", "tgid"), word=True),
        store(10, -4, 3, word=True),
        *_write(MAPPING.size),
    ]


def sockets(types: Types) -> list[Op | str]:
    """A row for each socket in which files wait that nobody has received: some, or perhaps some.

    Those that wait for a connection to be accepted are not counted in the socket that listens.
    """
    waiting = types.offset("unix_sock", "scm_stat") + types.offset("scm_stat", "nr_fds")
    socket = 9
    return [
        *_begin(_FILE),
        copy(1, _SUBJECT),
        call(_SOCK_FROM_FILE),
        if_equal(0, 0, "out"),
        load(socket, 0, types.offset("socket", "sk")),
        if_equal(socket, 0, "out"),
        load_half(3, socket, types.offset("sock_common", "skc_family")),
        if_other(3, _AF_UNIX, "out"),
        load_byte(3, socket, types.offset("sock_common", "skc_state")),
        if_equal(3, _TCP_LISTEN, "write"),
        copy(1, 10),
        add(1, -4),
        put(2, 4),
        copy(3, socket),
        add(3, waiting),
        call(_PROBE_READ_KERNEL),
        load(3, 10, -4, word=True),
        if_equal(3, 0, "out"),
        "write",
        *_store_descriptor(types, -12),
        *_write(SOCKET.size),
    ]


def _begin(subject: int) -> Iterator[Op]:
    """The context, what the program is run on, and its task in their registers."""
    yield copy(_CONTEXT, 1)
    yield load(_SUBJECT, _CONTEXT, subject)
    yield if_equal(_SUBJECT, 0, "out")
    yield load(_TASK, _CONTEXT, 8)
    yield if_equal(_TASK, 0, "out")


def _file_system(types: Types, inode: int, to: int) -> Iterator[Op]:
    """Which kind of file system the register of an inode is of (linux/magic.h)."""
    yield load(to, inode, types.offset("inode", "i_sb"))
    yield if_equal(to, 0, "out")
    yield load(to, to, types.offset("super_block", "s_magic"))


def _store_descriptor(types: Types, at: int) -> Iterator[Op]:
    """Process, thread and number of a descriptor, below the top of the stack."""
    yield load(3, _TASK, types.offset("task_struct", "tgid"), word=True)
    yield store(10, at, 3, word=True)
    yield load(3, _TASK, types.offset("task_struct", "pid"), word=True)
    yield store(10, at + 4, 3, word=True)
    yield load(3, _CONTEXT, 16, word=True)
    yield store(10, at + 8, 3, word=True)


def _if_device(
    types: Types, inode: int, devices: Collection[tuple[int, int]], jump: str
) -> Iterator[Op]:
    """Jumps where the register of an inode has that of one of the devices."""
    yield load(3, inode, types.offset("inode", "i_rdev"), word=True)
    for major, minor in devices:
        yield if_equal(3, major << MINOR_BITS | minor, jump, word=True)


def _write(size: int) -> Iterator[Op | str]:
    """Writes a row from below the top of the stack, and ends; from "out" on, ends without."""
    yield load(1, _CONTEXT, 0)
    yield load(1, 1, 0)  # meta->seq, where rows are written to
    yield copy(2, 10)
    yield add(2, -size)
    yield put(3, size)
    yield call(_SEQ_WRITE)
    yield "out"
    yield put(0, 0)
    yield leave()
