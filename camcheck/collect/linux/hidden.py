"""Processes that /proc does not show: covered by a mount, or left out of the listing.

Sources: proc_pid_mountinfo(5); proc(5) for hidepid; proc_loadavg(5), whose fourth field counts all
threads of the machine.
"""

import os
import re
import stat

from camcheck.collect.linux.processes import ProcessTable
from camcheck.collect.linux.system import Roots, in_first_pid_namespace, read_optional
from camcheck.model import Fact, Gap, Reason

_MOUNT = re.compile(
    r"^\S+ \S+ \S+ \S+ (?P<at>\S+) (?P<options>\S+) .*?- (?P<type>\S+) \S+ (?P<super>.*)$"
)
_SWEEP_LIMIT = 1 << 22  # the largest pid_max of the kernel (include/linux/threads.h)


def covered_processes(roots: Roots) -> dict[int, str]:
    """Processes with something mounted over their folder in /proc, and where: the mount table."""
    found: dict[int, str] = {}
    at = re.compile(re.escape(roots.proc) + r"/(\d+)(?:/|$)")
    for line in (read_optional(f"{roots.proc}/self/mountinfo") or "").splitlines():
        mount = _MOUNT.match(line)
        covered = at.match(mount["at"]) if mount else None
        if covered and mount:
            found.setdefault(int(covered[1]), mount["at"])
    return found


def namespace_gaps(roots: Roots) -> list[Gap]:
    """Whole parts of the machine that cannot be seen from here."""
    gaps = []
    if in_first_pid_namespace(roots) is False:
        detail = (
            "camcheck runs inside a container or sandbox, so it sees only the processes in there. "
            "Run it on the machine itself."
        )
        gaps.append(Gap(Fact.PROCESSES, "processes outside", Reason.UNSUPPORTED, detail))
    for line in (read_optional(f"{roots.proc}/self/mountinfo") or "").splitlines():
        mount = _MOUNT.match(line)
        if not mount or mount["at"] != roots.proc or mount["type"] != "proc":
            continue
        hidepid = re.search(r"hidepid=([1-9]\w*|invisible|noaccess|ptraceable)", mount["super"])
        if hidepid and os.geteuid() != 0:
            detail = (
                "This system hides the processes of other users (hidepid). "
                "Run camcheck as administrator to see them."
            )
            gaps.append(Gap(Fact.PROCESSES, "other users' processes", Reason.DENIED, detail))
    return gaps


def unlisted_processes(table: ProcessTable) -> list[int]:
    """Processes that answer to their number but are missing from the listing of /proc.

    The number of threads tells whether there are any, then each number is asked. A program that
    filters directory listings (a library forced into every program) is found by this.
    """
    listed = sum(task.threads for task in table.tasks.values())
    load = (read_optional(f"{table.roots.proc}/loadavg") or "").split()
    total = load[3].partition("/")[2] if len(load) > 3 else ""
    if not total.isdecimal() or int(total) <= listed:
        return []
    return [pid for pid in _candidates(table.roots) if _is_unlisted(table, pid)]


def _candidates(roots: Roots) -> list[int]:
    """Numbers of processes by another way than /proc: every control group lists its own."""
    found: set[int] = set()
    for folder, _, files in os.walk(f"{roots.sys}/fs/cgroup"):
        if "cgroup.procs" in files:
            for line in (read_optional(f"{folder}/cgroup.procs") or "").splitlines():
                if line.isdecimal():
                    found.add(int(line))
    if not found:
        limit = read_optional(f"{roots.proc}/sys/kernel/pid_max") or ""
        found.update(range(1, min(int(limit), 1 << 16) if limit.isdecimal() else 0))
    return sorted(found)


def _is_unlisted(table: ProcessTable, pid: int) -> bool:
    if pid in table.tasks or pid >= _SWEEP_LIMIT:
        return False
    try:
        found = os.stat(f"{table.roots.proc}/{pid}")
    except OSError:
        return False
    task = table.read_task(pid)
    listed_now = str(pid) in os.listdir(table.roots.proc)
    return (
        stat.S_ISDIR(found.st_mode) and task is not None and not listed_now and _leads(table, pid)
    )


def _leads(table: ProcessTable, pid: int) -> bool:
    """Threads answer to their numbers too, and are never listed: only processes count."""
    status = read_optional(f"{table.roots.proc}/{pid}/status") or ""
    found = re.search(r"^Tgid:\s*(\d+)", status, re.MULTILINE)
    return found is not None and int(found[1]) == pid
