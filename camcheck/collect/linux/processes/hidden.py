"""Processes that /proc does not show: covered by a mount, or left out of the listing.

Independent lists are compared: that of the C library, which every tool uses; the one that system
calls by their numbers tell; the kernel's own (for root); the numbers that others tell (parents,
open files, control groups). Who is in one and missing in another, twice, is hidden.

Sources: proc_pid_mountinfo(5); proc(5) for hidepid; proc_loadavg(5), whose fourth field counts all
threads of the machine.
"""

import os
from collections.abc import Collection, Iterator

from camcheck.collect.linux.kernel.lists import KernelLists
from camcheck.collect.linux.kernel.system import (
    RawSystem,
    Roots,
    in_first_pid_namespace,
    read_optional,
)
from camcheck.collect.linux.processes.table import (
    ProcessTable,
    listed_numbers,
    parse_stat,
    read_row,
    status_field,
)
from camcheck.fact import NamedTuple
from camcheck.model import Fact, Gap, Reason
from camcheck.privilege import is_root

LIBRARY = "left out of the list of processes"
KERNEL = "known to the kernel and shown to no program"
_MOMENTS = 3
_SWEEP_LIMIT = 1 << 16  # numbers that are tried one by one where control groups do not tell


class _Mount(NamedTuple):
    """A line of the mount table: where, which type of file system, with what options of its own."""

    at: str
    type: str
    options: str


def _mounts(roots: Roots) -> Iterator[_Mount]:
    for line in (read_optional(f"{roots.proc}/self/mountinfo") or "").splitlines():
        place, _, source = line.partition(" - ")
        fields, origin = place.split(" "), source.split(" ")
        if len(fields) > 4 and len(origin) > 2:
            yield _Mount(fields[4], origin[0], origin[2])


def covered_processes(roots: Roots) -> dict[int, str]:
    """Processes with something mounted over their folder in /proc, and where: the mount table."""
    found: dict[int, str] = {}
    for mount in _mounts(roots):
        if mount.at.startswith(f"{roots.proc}/"):
            number = mount.at[len(roots.proc) + 1 :].partition("/")[0]
            if number.isdecimal():
                found.setdefault(int(number), mount.at)
    return found


def covered_sysfs(roots: Roots) -> list[str]:
    """Places of sysfs where cameras and drivers are told, with something mounted over them."""
    places = tuple(f"{roots.sys}/{name}" for name in ("module", "class", "bus", "devices", "dev"))
    virtual = f"{roots.sys}/devices/virtual/"  # containers cover parts of it (powercap)
    return [
        mount.at
        for mount in _mounts(roots)
        if mount.at.startswith(places)
        and (not mount.at.startswith(virtual) or mount.at.startswith(f"{virtual}video4linux"))
    ]


def namespace_gaps(roots: Roots) -> list[Gap]:
    """Whole parts of the machine that cannot be seen from here."""
    gaps = []
    for at in covered_sysfs(roots):
        detail = f"Something is mounted over {at}, so what the system tells there may be false."
        gaps.append(Gap(Fact.REFERENCES, at, Reason.FAILED, detail))
    first = in_first_pid_namespace(roots)
    if first is None:
        detail = f"{roots.proc} does not tell whether it shows all processes of this machine."
        gaps.append(Gap(Fact.PROCESSES, "processes outside", Reason.MISSING, detail))
    elif not first:
        detail = (
            "camcheck runs inside a container or sandbox, so it sees only the processes in there. "
            "Run it on the machine itself."
        )
        gaps.append(Gap(Fact.PROCESSES, "processes outside", Reason.UNSUPPORTED, detail))
    hides = any(
        mount.at == roots.proc and mount.type == "proc" and _hides_processes(mount.options)
        for mount in _mounts(roots)
    )
    if hides and not is_root():
        detail = (
            "This system hides the processes of other users (hidepid). "
            "Run camcheck as administrator to see them."
        )
        gaps.append(Gap(Fact.PROCESSES, "other users' processes", Reason.DENIED, detail))
    return gaps


def _hides_processes(options: str) -> bool:
    values = [option.partition("=")[2] for option in options.split(",") if "hidepid=" in option]
    return any(value not in ("0", "off") for value in values)


def left_out(
    roots: Roots,
    table: ProcessTable,
    lists: KernelLists,
    named: Collection[int] = (),
    *,
    explained: bool = False,
    somebody_missing: bool = False,
) -> dict[int, str]:
    """Processes that run and are missing from the listing in ``table``, and how they are hidden.

    ``named`` are numbers that somebody else told. Where the kernel does not list its processes, the
    number of threads tells whether any is missing, unless the drivers account for every holder
    (``explained``): that takes new listings on a busy machine. With ``somebody_missing`` (a driver
    counts one more than was found) every number is tried then.
    """
    raw = RawSystem()
    parents = {task.ppid for task in table.tasks.values()}
    told = _numbers(roots, raw)
    known = lists.processes()
    suspects = ({*told, *named, *parents, *(known or ())} - table.tasks.keys()) - {0}
    ways = dict.fromkeys(_confirmed(roots, raw, suspects), LIBRARY)
    unknown = {*named, *(known or ())} - table.tasks.keys() - ways.keys()
    if unknown:
        ways |= dict.fromkeys(_shown_to_nobody(roots, raw, lists, unknown), KERNEL)
    if known is not None and not _is_short(table, known):
        return ways  # no number answers that is not in the kernel's list
    if not ways and not explained and (somebody_missing or _counts_more(roots, table)):
        found = unlisted_processes(roots, somebody_missing=somebody_missing)
        ways = dict.fromkeys(found, LIBRARY)
    return ways


def _is_short(table: ProcessTable, known: Collection[int]) -> bool:
    """Whether the kernel's list lacks a process that is there: then it is not to be relied on."""
    return any(table.is_same(table.tasks[pid]) for pid in table.tasks.keys() - known)


def _shown_to_nobody(
    roots: Roots, raw: RawSystem, lists: KernelLists, unknown: set[int]
) -> set[int]:
    """Those of whom the kernel tells, and /proc by neither way.

    Who was born after one listing and ends before the next is none: a process that hides is there
    before the listings and after them.
    """
    before = lists.processes() or {}
    listed = {*listed_numbers(roots), *_numbers(roots, raw)}
    after = lists.processes() or {}
    lasting = {pid for pid in unknown if pid in before and before[pid] == after.get(pid)}
    return lasting - listed


def _numbers(roots: Roots, raw: RawSystem) -> set[int]:
    """The processes in /proc by system calls past the C library."""
    try:
        return raw.numbers(roots.proc)
    except OSError:
        return set()


def _confirmed(roots: Roots, raw: RawSystem, suspects: set[int]) -> Iterator[int]:
    """Those that answer and are in no listing that is made after that."""
    before = {pid: _start(roots, raw, pid) for pid in suspects}
    if any(before.values()):
        # Who was born during the first listing is in this one; who hides is in none.
        listed = listed_numbers(roots)
        for pid, start in before.items():
            shown = pid in listed and read_row(f"{roots.proc}/{pid}")
            if start and not shown and _start(roots, raw, pid) == start:
                yield pid


def _start(roots: Roots, raw: RawSystem, pid: int) -> int | None:
    """When a process was started; None for a thread, for what has ended, and for a dead one."""
    folder = f"{roots.proc}/{pid}"
    try:
        status = raw.read(f"{folder}/status").decode("utf-8", "replace")
        task = parse_stat(raw.read(f"{folder}/stat"))
    except (OSError, ValueError):
        return None
    is_dead = task.state in "ZX" and task.threads < 2
    return None if is_dead or status_field(status, "Tgid") != str(pid) else task.ticks


def _counts_more(roots: Roots, table: ProcessTable) -> bool:
    """Whether the kernel counts more threads than are listed; only root is shown all of them."""
    if not is_root() or not in_first_pid_namespace(roots):
        return False
    listed = sum(task.threads for task in table.tasks.values())
    return _all_threads(roots) > listed


def unlisted_processes(roots: Roots, *, somebody_missing: bool) -> list[int]:
    """Processes that answer to their number but are missing from the listing of /proc.

    When nobody is known to be missing, the number of threads tells whether there are any. Then
    each number is asked. A program that filters directory listings (a library forced into every
    program) is found by this.
    """
    if not somebody_missing and not all(_more_threads_than_listed(roots) for _ in range(_MOMENTS)):
        return []
    candidates = _candidates(roots)
    listed = ProcessTable(roots).tasks
    return sorted(_confirmed(roots, RawSystem(), candidates - listed.keys()))


def _more_threads_than_listed(roots: Roots) -> bool:
    """Threads come and go: only what is missing at every moment is missing."""
    listed = sum(task.threads for task in ProcessTable(roots).tasks.values())
    return _all_threads(roots) > listed


def _all_threads(roots: Roots) -> int:
    load = (read_optional(f"{roots.proc}/loadavg") or "").split()
    total = load[3].partition("/")[2] if len(load) > 3 else ""
    return int(total) if total.isdecimal() else 0


def _candidates(roots: Roots) -> set[int]:
    """Numbers of processes by another way than /proc: every control group lists its own."""
    found: set[int] = set()
    for folder, _, files in os.walk(f"{roots.sys}/fs/cgroup"):
        if "cgroup.procs" in files:
            for line in (read_optional(f"{folder}/cgroup.procs") or "").splitlines():
                if line.isdecimal():
                    found.add(int(line))
    if not found:
        limit = read_optional(f"{roots.proc}/sys/kernel/pid_max") or ""
        found.update(range(1, min(int(limit), _SWEEP_LIMIT) if limit.isdecimal() else 0))
    return found
