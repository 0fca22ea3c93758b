"""Process facts from /proc: a short row for every process, the whole story for those that matter.

Sources: proc_pid_stat(5), proc_pid_status(5), proc_pid_cgroup(5); include/linux/sched.h for the
flags.
"""

import os
import re
from datetime import UTC, datetime, timedelta

from camcheck.bounded import (
    MEMORY,
    PROGRAMS,
    in_time,
    is_blocking,
    is_passed_over,
    looking_at,
    passes_any,
)
from camcheck.collect.linux.kernel.system import (
    Kernel,
    Roots,
    read_bytes,
    read_optional,
    read_record,
)
from camcheck.fact import NamedTuple
from camcheck.model import ExeState, Fact, Gap, Process, Reason

_PF_KTHREAD = 0x00200000
_MAX_ENVIRONMENT = 8 << 20  # above what execve(2) takes: nothing hides behind padding
_DELETED = " (deleted)"
_PRELOADS = ("LD_PRELOAD", "LD_AUDIT")


class Task(NamedTuple):
    """One row of /proc: what stat says, which any user may read."""

    pid: int
    name: str
    state: str
    ppid: int
    threads: int
    ticks: int  # start, in clock ticks since boot: with the pid, the identity of the process
    kernel_thread: bool


def parse_stat(text: bytes) -> Task:
    """A row of proc_pid_stat(5). The name may hold anything, so the last parenthesis ends it.

    Raises ValueError when it is no such row.
    """
    head, _, tail = text.rpartition(b") ")
    pid, _, name = head.partition(b" (")
    fields = tail.split(None, 20)
    if len(fields) < 20:
        raise ValueError("a process row of fewer than 22 fields")
    return Task(
        int(pid),
        name.decode("utf-8", "surrogateescape"),
        fields[0].decode("ascii", "replace"),
        int(fields[1]),
        int(fields[17]),
        int(fields[19]),
        kernel_thread=bool(int(fields[6]) & _PF_KTHREAD),
    )


def read_row(base: str) -> Task | None:
    """The row of the process whose folder this is; None when it has ended (or is covered)."""
    try:
        return parse_stat(read_record(f"{base}/stat"))
    except (OSError, ValueError):
        return None  # it ended while we looked; covered ones are told by the mount table


class ProcessTable:
    """All processes of one moment, and the details of those that are asked for."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots
        self.tasks: dict[int, Task] = {}
        self.gaps: list[Gap] = []
        self.hertz = os.sysconf("SC_CLK_TCK")
        self._users: dict[int, str] = {}
        self._owners: dict[int, int | None] = {}
        self._boot = self._boot_time()
        self.refresh()

    def _boot_time(self) -> datetime | None:
        for line in (read_optional(f"{self.roots.proc}/stat") or "").splitlines():
            if line.startswith("btime "):
                return datetime.fromtimestamp(int(line.split()[1]), UTC)
        detail = "The start of the system is unknown, so start times of processes are, too."
        self.gaps.append(Gap(Fact.PROCESSES, "start times", Reason.UNPARSED, detail))
        return None

    def refresh(self) -> None:
        """Lists the processes anew."""
        self._owners = {}
        pids = sorted(listed_numbers(self.roots))
        self.tasks = {task.pid: task for task in map(self.read_task, pids) if task}
        if not self.tasks:
            proc = self.roots.proc
            detail = f"{proc} shows no process at all, not even camcheck itself."
            self.gaps.append(Gap(Fact.PROCESSES, "all processes", Reason.MISSING, detail))

    def read_task(self, pid: int, base: str | None = None) -> Task | None:
        """The row of a process; None when it has ended (or is covered by a mount).

        ``base`` is another way to its folder.
        """
        return read_row(base or f"{self.roots.proc}/{pid}")

    def started(self, task: Task) -> datetime | None:
        if self._boot is None:
            return None
        return self._boot + timedelta(seconds=task.ticks / self.hertz)

    def is_same(self, task: Task) -> bool:
        """Whether the pid still belongs to the process that it belonged to (no reuse)."""
        now = self.read_task(task.pid)
        return now is not None and now.ticks == task.ticks

    def row(self, task: Task, base: str | None = None) -> Process:
        """The short facts of one process: enough to compare it with signatures."""
        base = base or f"{self.roots.proc}/{task.pid}"
        unknown: list[str] = []
        exe: str | None = None
        state: ExeState | None = ExeState.KERNEL
        cmdline: tuple[str, ...] = ()
        uid = 0 if task.kernel_thread else self.owner(task, base)
        if not task.kernel_thread:
            exe, state = self._executable(base, task, unknown)
            cmdline = self._command(base, task, unknown)
        if uid is None:
            unknown.append("user")
        return Process(
            pid=task.pid,
            started=self.started(task),
            name=task.name,
            exe=exe,
            exe_state=state,
            cmdline=cmdline,
            user=None if uid is None else self.user(uid),
            uid=uid,
            ppid=task.ppid,
            kernel_thread=task.kernel_thread,
            blocks=MEMORY if passes_any() and is_blocking(self.subject(MEMORY, task)) else None,
            unknown=tuple(unknown),
        )

    def _executable(
        self, base: str, task: Task, unknown: list[str]
    ) -> tuple[str | None, ExeState | None]:
        path = alive_path(base, task, "exe")
        try:
            link = os.readlink(path)
            if link.endswith(_DELETED) and not Kernel().has_no_name(path):
                return link, ExeState.PRESENT  # the name itself ends like that
        except FileNotFoundError:
            return None, None  # a process that has just ended, or a zombie
        except OSError:
            unknown.append("exe")
            return None, None
        if link.startswith("/memfd:"):
            return link.removesuffix(_DELETED), ExeState.MEMORY
        if link.endswith(_DELETED):
            return link.removesuffix(_DELETED), ExeState.DELETED
        return link, ExeState.PRESENT

    def _command(self, base: str, task: Task, unknown: list[str]) -> tuple[str, ...]:
        try:
            with looking_at(self.subject(MEMORY, task, base)):
                data = read_record(alive_path(base, task, "cmdline"))
        except FileNotFoundError:
            return ()
        except OSError:
            unknown.append("cmdline")
            return ()
        return (
            tuple(data.decode("utf-8", "surrogateescape").rstrip("\0").split("\0")) if data else ()
        )

    def owner(self, task: Task, base: str | None = None) -> int | None:
        """Whose rights the process has: its effective user, also when it forbids inspection.

        The folder of a process is owned by its effective user, unlike what is in it
        (task_dump_owner, fs/proc/base.c).
        """
        try:
            uid = os.stat(base or f"{self.roots.proc}/{task.pid}").st_uid
        except OSError:
            uid = None
        self._owners[task.pid] = uid
        return uid

    def subject(self, kind: str, task: Task, base: str | None = None) -> str:
        """The name of a look into a process, which can block those who look (`looking_at`)."""
        owner = self._owners[task.pid] if task.pid in self._owners else self.owner(task, base)
        return f"{kind}/{owner}/{task.pid}/{task.ticks}"

    def describe(self, pid: int) -> Process | None:
        """The whole story of a process that is asked for by number; None when it has ended."""
        task = self.read_task(pid)
        return self.details(self.row(task)) if task else None

    def outline(self, task: Task) -> Process:
        """What can be told of a process that blocks those who look into its memory."""
        unknown = ["cmdline", "exe_state", "exe_writable_by", "preload", "unit"]
        base = f"{self.roots.proc}/{task.pid}"
        exe, state = self._executable(base, task, unknown)
        uid = self.owner(task, base)
        return Process(
            pid=task.pid,
            started=self.started(task),
            name=task.name,
            exe=exe,
            exe_state=None if state == "present" else state,
            user=None if uid is None else self.user(uid),
            uid=uid,
            ppid=task.ppid,
            blocks=MEMORY,
            unknown=tuple(sorted(unknown)),
        )

    def passes_over(self, task: Task) -> bool:
        """Whether nobody looks into the memory of the process, because that could block."""
        return passes_any() and is_passed_over(self.subject(MEMORY, task))

    def user(self, uid: int) -> str:
        if uid not in self._users:
            import pwd

            try:
                self._users[uid] = pwd.getpwuid(uid).pw_name
            except KeyError:
                self._users[uid] = str(uid)
        return self._users[uid]

    def details(self, process: Process, base: str | None = None) -> Process:
        """The whole story of a process that matters: where it belongs, and what is odd about it."""
        from camcheck.collect.linux.processes.cgroup import parse_cgroup

        base = base or f"{self.roots.proc}/{process.pid}"
        task = self.read_task(process.pid, base)
        if task is None:
            return process  # it ended while we looked
        base = alive_path(base, task, "").rstrip("/")
        unknown = list(process.unknown)
        status = read_optional(f"{base}/status")
        tracer = status_field(status, "TracerPid")
        unit, container, application = parse_cgroup(read_optional(f"{base}/cgroup") or "")
        exe_state, writable_by = process.exe_state, None
        try:
            subject = f"{PROGRAMS}/{process.uid}/{process.exe}"
            exe_state, writable_by = in_time(lambda: _standing(base, process), subject)
        except OSError:
            # A path that could not be compared must not pass for one of the system.
            exe_state = None if exe_state is ExeState.PRESENT else exe_state
            unknown += ["exe_state", "exe_writable_by"]
        return process._replace(
            cwd=_link(f"{base}/cwd", "cwd", unknown),
            unit=unit,
            container=container,
            application=application,
            tracer_pid=int(tracer) if tracer and tracer != "0" else None,
            preload=self._preload(base, process, task, unknown),
            exe_state=exe_state,
            exe_writable_by=writable_by,
            unknown=tuple(sorted(set(unknown))),
        )

    def _preload(
        self, base: str, process: Process, task: Task, unknown: list[str]
    ) -> tuple[str, ...]:
        """Libraries that the environment forced into the process; nothing else of it is kept."""
        if process.kernel_thread:
            return ()
        try:
            with looking_at(self.subject(MEMORY, task)):
                data = read_bytes(f"{base}/environ", _MAX_ENVIRONMENT)
        except FileNotFoundError:
            return ()
        except OSError:
            unknown.append("preload")
            return ()
        found: list[str] = []
        for entry in data.decode("utf-8", "surrogateescape").split("\0"):
            name, _, value = entry.partition("=")
            if name in _PRELOADS:
                found += [part for part in re.split(r"[:\s]+", value) if part]
        return tuple(found)

    def ancestors(self, task: Task) -> list[Task]:
        """The chain of parents, nearest first, up to init or to a parent that is not visible."""
        chain: list[Task] = []
        seen = {task.pid}
        while task.ppid and task.ppid not in seen and task.ppid in self.tasks:
            task = self.tasks[task.ppid]
            seen.add(task.pid)
            chain.append(task)
        return chain


def listed_numbers(roots: Roots) -> set[int]:
    """The numbers of all processes, as the C library lists them."""
    try:
        return {int(name) for name in os.listdir(roots.proc) if name.isdecimal()}
    except OSError:
        return set()


def status_field(status: str | None, name: str) -> str | None:
    """A field of proc_pid_status(5)."""
    _, found, rest = f"\n{status or ''}".partition(f"\n{name}:")
    return rest.partition("\n")[0].strip() if found else None


def alive_path(base: str, task: Task, name: str) -> str:
    """The path of a file of the process; of a thread of it when the main thread has exited.

    Then /proc/PID/exe and its like are empty, while the threads run on (state Z, threads > 1).
    """
    if task.state != "Z" or task.threads < 2:
        return f"{base}/{name}"
    try:
        others = [tid for tid in os.listdir(f"{base}/task") if tid != str(task.pid)]
    except OSError:
        others = []
    return f"{base}/task/{others[0]}/{name}" if others else f"{base}/{name}"


def _link(path: str, field: str, unknown: list[str]) -> str | None:
    try:
        return os.readlink(path)
    except FileNotFoundError:
        return None
    except OSError:
        unknown.append(field)
        return None


def _standing(base: str, process: Process) -> tuple[ExeState | None, str | None]:
    """What became of the executable's name, and "everyone" when any user could have changed it.

    Looks at a file system that may be anybody's. Raises OSError.
    """
    exe, state = process.exe, process.exe_state
    if not exe or exe.startswith("/memfd:"):
        return state, None
    if state is ExeState.DELETED and os.path.exists(f"{base}/root{exe}"):
        # by an update: another file stands in the place of the one that runs
        state = ExeState.REPLACED
    if state is ExeState.PRESENT and not _is_same_file(f"{base}/exe", exe):
        state = ExeState.ELSEWHERE  # a mount of its own can give any program the path of another
    for path in (f"{base}/root{exe}", f"{base}/root{os.path.dirname(exe)}"):
        try:
            if os.stat(path).st_mode & 0o002:
                return state, "everyone"
        except FileNotFoundError:
            continue  # deleted, perhaps with its folder: exe_state tells that
    return state, None


def _is_same_file(running: str, path: str) -> bool:
    """Whether the path that the kernel tells leads to that file from here, too."""
    try:
        return os.path.samefile(running, path)
    except (FileNotFoundError, NotADirectoryError):
        return False
