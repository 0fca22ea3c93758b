"""The kernel's own list of processes (iterator task of BPF), for root: no file system is between.

Source: kernel/bpf/task_iter.c; include/linux/sched.h.
"""

import struct

from camcheck.collect.linux.kernel.bpf import (
    Bpf,
    Op,
    Types,
    add,
    assemble,
    call,
    copy,
    if_equal,
    leave,
    load,
    put,
    store,
)
from camcheck.collect.linux.kernel.system import Roots, in_first_pid_namespace
from camcheck.privilege import is_root

_ROW = struct.Struct("=II16s")  # process, thread, name
_SEQ_WRITE = 127  # helper function


def list_processes(roots: Roots) -> dict[int, str] | None:
    """All processes with their names; None: the kernel does not tell."""
    if not is_root() or not in_first_pid_namespace(roots):
        return None
    found: dict[int, str] = {}
    try:
        with Bpf() as bpf:
            for part in bpf.iterate("bpf_iter_task", assemble(_program(bpf.types()))):
                for pid, tid, name in _ROW.iter_unpack(part):
                    if pid == tid:
                        found[pid] = name.split(b"\0")[0].decode("utf-8", "surrogateescape")
    except (OSError, ValueError, struct.error):
        return None
    return found


def _program(types: Types) -> list[Op | str]:
    """What is done for each task: a row is written.

    Register 1 brings struct bpf_iter__task: meta and task, 8 bytes each.
    """
    context, task, name = 6, 8, types.offset("task_struct", "comm")
    return [
        copy(context, 1),
        load(task, context, 8),
        if_equal(task, 0, "out"),
        load(3, task, types.offset("task_struct", "tgid"), word=True),
        store(10, -24, 3, word=True),
        load(3, task, types.offset("task_struct", "pid"), word=True),
        store(10, -20, 3, word=True),
        *(
            op
            for at in range(0, 16, 4)
            for op in (load(3, task, name + at, word=True), store(10, at - 16, 3, word=True))
        ),
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
