"""Looks into processes that /proc does not show, by ways that nothing covers or filters."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from camcheck.collect.linux.holders.descriptors import DescriptorSearch
from camcheck.collect.linux.holders.mappings import MappingSearch
from camcheck.collect.linux.kernel.lists import KernelLists
from camcheck.collect.linux.kernel.system import DetachedProc, RawSystem, Roots
from camcheck.collect.linux.processes.table import Task, parse_stat
from camcheck.model import Process


def describe_hidden(
    roots: Roots, ways: dict[int, str], search: DescriptorSearch, mappings: MappingSearch
) -> tuple[Process, ...]:
    """The processes, and in the searches what they hold. ``ways`` tells how each is hidden."""
    if not ways:
        return ()
    found = []
    with DetachedProc() as view:
        for pid, way in ways.items():
            with _way_in(roots, pid, view) as base:
                process = _describe(roots, pid, base, search, mappings)
            if process and view is None and "covered" in way:
                # What was seen of it may be what covers it.
                search.denied.add(pid)
                process = process._replace(unknown=(*process.unknown, "holders"))
            if process:
                found.append(process._replace(concealed=way))
    return tuple(found)


@contextmanager
def _way_in(roots: Roots, pid: int, view: str | None) -> Iterator[str | None]:
    """A path to the folder of a process: by a view that nothing covers, or by an open folder.

    A library that filters by names sees the number of the process in neither of its own calls.
    """
    place = f"{view or roots.proc}/{pid}"
    try:
        folder = RawSystem().open(place, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        yield None
        return
    try:
        yield f"/proc/self/fd/{folder}"
    finally:
        os.close(folder)


def _describe(
    roots: Roots, pid: int, base: str | None, search: DescriptorSearch, mappings: MappingSearch
) -> Process | None:
    table = search.table
    task = table.read_task(pid, base) if base else None
    if base and task:
        table.tasks[pid] = task
        table.owner(task, base)  # asked by the ordinary way, a library would not tell it
        search.search(base, task)
        mappings.search(base, task)
        return table.details(table.row(task, base), base)
    named = _named(roots, pid)
    if named is None:
        return None  # it ended while we looked
    search.denied.add(pid)
    started = table.started(named) if isinstance(named, Task) else None
    name = named.name if isinstance(named, Task) else named
    return Process(pid, started, name, unknown=("exe", "cmdline", "holders"))


def _named(roots: Roots, pid: int) -> Task | str | None:
    """What is left to tell of a process that cannot be looked into: its row, or just its name."""
    try:
        return parse_stat(RawSystem().read(f"{roots.proc}/{pid}/stat"))
    except (OSError, ValueError):
        with KernelLists(roots) as lists:
            name = (lists.processes() or {}).get(pid)
    if name is None and os.path.exists(f"{roots.proc}/{pid}"):
        return "?"
    return name
