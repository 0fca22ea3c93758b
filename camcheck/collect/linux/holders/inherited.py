"""Descriptors that a process was born with: the open file of a parent, not one of its own.

A program's children inherit what is open (fork(2)); that is one opening, whoever has it. Source:
kcmp(2); where the kernel does not compare, what proc_pid_fdinfo(5) tells of both.
"""

from camcheck.collect.linux.holders.descriptors import Hit
from camcheck.collect.linux.kernel.system import KCMP_FILE, Kernel
from camcheck.collect.linux.processes.table import ProcessTable


def with_inherited(kernel: Kernel, table: ProcessTable, hits: list[Hit]) -> list[Hit]:
    """The same hits, marked where a parent has the very same file open."""
    return [
        hit._replace(inherited=True) if _is_inherited(kernel, table, hit, hits) else hit
        for hit in hits
    ]


def _is_inherited(kernel: Kernel, table: ProcessTable, hit: Hit, hits: list[Hit]) -> bool:
    if hit.number is None or hit.pid not in table.tasks:
        return False
    parents = {task.pid for task in table.ancestors(table.tasks[hit.pid])}
    return any(
        _is_same(kernel, other, hit)
        for other in hits
        if other.pid in parents and other.target == hit.target and other.number is not None
    )


def _is_same(kernel: Kernel, one: Hit, other: Hit) -> bool:
    """Whether two descriptors are one open file (a copy keeps its number, position and flags)."""
    told = kernel.same(KCMP_FILE, one.task, other.task, one.number or 0, other.number or 0)
    if told is None:
        return bool(one.info) and (one.number, one.info) == (other.number, other.info)
    return told
