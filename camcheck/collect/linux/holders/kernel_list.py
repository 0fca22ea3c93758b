"""Which descriptors are worth a look, by the kernel's own list of open files.

To look at every descriptor of a machine through /proc costs two system calls each. Root can have
the kernel go over all of them (iterator task_file of BPF): it names the few that are a node of a
camera under whatever name, a ring or a DMA buffer, of every process and thread. What it names is
then looked at in /proc like any other descriptor. Where the kernel refuses, None is the answer,
and every descriptor is looked at in turn.

Sources: kernel/bpf/task_iter.c (a thread that shares its first thread's table is passed over);
fs/anon_inodes.c; linux/magic.h; linux/kdev_t.h.
"""

import struct
from collections.abc import Collection

from camcheck.collect.linux.kernel.bpf import (
    Bpf,
    Op,
    Types,
    add,
    assemble,
    call,
    copy,
    if_equal,
    if_other,
    if_same,
    leave,
    load,
    put,
    put_wide,
    store,
)
from camcheck.collect.linux.kernel.system import Roots, in_first_pid_namespace
from camcheck.privilege import is_root

# Names of descriptors, by process and thread.
OpenFiles = dict[int, dict[int, list[str]]]

_ANONYMOUS, _DMA_BUFFER = 0x09041934, 0x444D4142
_ROW = struct.Struct("=IIII")  # process, thread, descriptor, nothing
_SEQ_WRITE = 127  # helper function
_MINOR_BITS = 20


def list_open_files(
    roots: Roots, devices: Collection[tuple[int, int]], shared_inode: int
) -> OpenFiles | None:
    """The descriptors that can have to do with one of the devices; None: the kernel does not say.

    ``shared_inode`` is that of the anonymous files that hold nothing (event, timer, poll).
    """
    # The kernel numbers processes as its first namespace does.
    if not is_root() or not in_first_pid_namespace(roots):
        return None
    found: OpenFiles = {}
    try:
        with Bpf() as bpf:
            program = assemble(_program(bpf.types(), devices, shared_inode))
            for part in bpf.iterate("bpf_iter_task_file", program):
                for pid, tid, number, _ in _ROW.iter_unpack(part):
                    found.setdefault(pid, {}).setdefault(tid, []).append(str(number))
    except (OSError, ValueError, struct.error):
        return None
    return found


def _program(
    types: Types, devices: Collection[tuple[int, int]], shared_inode: int
) -> list[Op | str]:
    """What is done for each open file: four fields are read, and a row is written or not.

    Register 1 brings struct bpf_iter__task_file: meta, task, descriptor and file, 8 bytes each.
    """
    context, file, task, inode = 6, 7, 8, 2
    return [
        copy(context, 1),
        load(file, context, 24),
        if_equal(file, 0, "out"),
        load(task, context, 8),
        if_equal(task, 0, "out"),
        load(inode, file, types.offset("file", "f_inode")),
        if_equal(inode, 0, "out"),
        load(3, inode, types.offset("inode", "i_rdev"), word=True),
        *(
            if_equal(3, major << _MINOR_BITS | minor, "write", word=True)
            for major, minor in devices
        ),
        load(4, inode, types.offset("inode", "i_sb")),
        if_equal(4, 0, "out"),
        load(5, 4, types.offset("super_block", "s_magic")),
        if_equal(5, _DMA_BUFFER, "write"),
        if_other(5, _ANONYMOUS, "out"),
        load(5, inode, types.offset("inode", "i_ino")),
        *put_wide(4, shared_inode),
        if_same(5, 4, "out"),
        "write",
        load(3, task, types.offset("task_struct", "tgid"), word=True),
        store(10, -16, 3, word=True),
        load(3, task, types.offset("task_struct", "pid"), word=True),
        store(10, -12, 3, word=True),
        load(3, context, 16, word=True),
        store(10, -8, 3, word=True),
        put(3, 0),
        store(10, -4, 3, word=True),
        load(1, context, 0),
        load(1, 1, 0),  # meta->seq, where rows are written to
        copy(2, 10),
        add(2, -_ROW.size),
        put(3, _ROW.size),
        call(_SEQ_WRITE),
        "out",
        put(0, 0),
        leave(),
    ]
