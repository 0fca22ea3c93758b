"""Who has a camera among its descriptors: every table of every process and thread.

A device is matched by its number (st_rdev), never by its path: containers and mknod(2) give it
other names. Sources: proc_pid_fd(5), proc_pid_fdinfo(5), kcmp(2); io_uring/fdinfo.c,
drivers/dma-buf/dma-buf.c.
"""

import os
import re
import stat
from collections.abc import Mapping

from camcheck.bounded import BlockedError, looking_at
from camcheck.collect.linux.kernel.lists import KernelLists, OpenFiles
from camcheck.collect.linux.kernel.system import (
    AT_FDCWD,
    KCMP_FILES,
    Kernel,
    read_optional,
    read_text,
)
from camcheck.collect.linux.processes.table import ProcessTable, Task
from camcheck.fact import NamedTuple
from camcheck.model import NodeKind, Role, Via

_O_PATH = 0o10000000
_ACCESS = {0: "read", 1: "write", 2: "read-write"}
_RING_FILE = r"(?m)^\s*\d+: (.+)$"
_VB2 = "videobuf2_"  # exporters of video buffers: drivers/media/common/videobuf2


class Target(NamedTuple):
    """A node of a camera, as the search meets it."""

    camera: str
    driver: str | None
    path: str
    kind: NodeKind


class Hit(NamedTuple):
    """One reference to a camera. ``task`` and ``number`` name the descriptor, where it is one."""

    target: Target
    pid: int
    task: int
    via: Via
    node: str
    number: int | None = None
    access: str | None = None
    role: Role | None = None
    detail: str | None = None
    foreign: bool = False  # the device file is another than the camera's own
    inherited: bool = False  # a parent has the very same file open
    info: str = ""  # what the kernel tells of the descriptor


class Buffer(NamedTuple):
    """A DMA buffer that a video driver exported, seen among the descriptors of a process."""

    pid: int
    inode: int
    detail: str


class DescriptorSearch:
    """One pass over the descriptor tables. What could not be inspected is in ``denied``."""

    def __init__(
        self, table: ProcessTable, kernel: Kernel, targets: dict[tuple[int, int], Target]
    ) -> None:
        self.table = table
        self.kernel = kernel
        self.targets = targets
        self.hits: list[Hit] = []
        self.buffers: list[Buffer] = []
        self.buffer_device: tuple[int, int] | None = None
        self.sockets: list[tuple[int, str, list[str]]] = []  # process, table, descriptors
        self.ring_only: list[int] = []
        self.denied: set[int] = set()
        self.pointed: frozenset[int] = frozenset()  # processes that the kernel named
        self.unmapped = False  # whether the kernel says that nobody mapped what is open here
        self.thorough = False  # whether every descriptor was looked at in turn
        self._inodes = device_files(targets)
        self._names = {os.path.basename(target.path): target for target in targets.values()}
        self._shared = _shared_anonymous_inode()

    def run(self, tasks: list[Task], lists: KernelLists) -> None:
        """Looks into all processes where the kernel points to, or else at every descriptor."""
        told = lists.open_files(self.targets.keys(), self._shared[2])
        if told is None:
            self.run_in_turn(tasks)
            return
        self.unmapped = not told.mapped
        self._run(tasks, told.files, frozenset(task.pid for task in tasks))

    def run_thoroughly(self, tasks: list[Task], lists: KernelLists) -> None:
        """Looks into all processes, at every descriptor: as the kernel lists them, or in turn.

        Of whom the kernel's list tells nothing is looked into all the same.
        """
        told = lists.every_file(self.targets.keys(), self._shared[2])
        if told is None:
            self.run_in_turn(tasks)
            return
        self.sockets = [
            (pid, f"{self.table.roots.proc}/{pid}/task/{tid}/fd", names)
            for pid, tables in told.sockets.items()
            for tid, names in tables.items()
        ]
        self._run(tasks, told.files, told.told)
        self.thorough = True

    def run_in_turn(self, tasks: list[Task]) -> None:
        """Looks at every descriptor of these processes, and asks the kernel for no list."""
        self._run(tasks, {}, frozenset())
        self.thorough = True

    def _run(self, tasks: list[Task], listed: OpenFiles, told: frozenset[int]) -> None:
        """Looks at what is listed, and at all of the processes of which nothing was told."""
        self.pointed = frozenset(listed)
        for task in tasks:
            base = f"{self.table.roots.proc}/{task.pid}"
            try:
                if task.pid in listed:
                    with looking_at(self.table.subject("descriptors", task)):
                        self._look(base, task, listed[task.pid])
                elif task.pid not in told and not task.kernel_thread:
                    with looking_at(self.table.subject("descriptors", task)):
                        self.search(base, task)
            except BlockedError:
                self.denied.add(task.pid)

    def search(self, base: str, task: Task) -> None:
        """All tables of one process: its own, and those of threads that left it.

        A thread leaves with unshare(CLONE_FILES); a main thread that has exited leaves its table
        to the others, and its own folder is empty.
        """
        self._table(f"{base}/fd", task.pid, task.pid, Via.FD)
        if task.threads < 2:
            return
        tids = self._threads(base, task)
        if not self.kernel.share_tables(task.pid, tids):
            self._of_threads(base, task.pid, dict.fromkeys(tids))

    def _look(self, base: str, task: Task, listed: dict[int, list[str]]) -> None:
        """The descriptors of one process that the kernel pointed to, a moment ago.

        Where one of them is something else by now, it may have moved: all are looked at then.
        """
        paths = [f"{base}/task/{tid}/fd/{name}" for tid in listed for name in listed[tid]]
        if not all(map(self._can_matter, paths)):
            self.search(base, task)
            return
        pid = task.pid
        if pid in listed:
            self._table(f"{base}/fd", pid, pid, Via.FD, listed[pid])
        self._of_threads(base, pid, {tid: names for tid, names in listed.items() if tid != pid})

    def _can_matter(self, path: str) -> bool:
        """Whether a descriptor is one of a camera, or a file without a name."""
        if not self.kernel.look(AT_FDCWD, os.fsencode(path)):
            return False
        return self.kernel.device in self.targets or not stat.S_IFMT(self.kernel.statx16[14])

    def _of_threads(self, base: str, pid: int, names: Mapping[int, list[str] | None]) -> None:
        """The tables of threads, each once."""
        tables = [pid]
        for tid in names:
            shared = [self.kernel.same(KCMP_FILES, other, tid) for other in tables]
            if True not in shared:
                known = len(self.hits)
                tables.append(tid)
                self._table(f"{base}/task/{tid}/fd", pid, tid, Via.THREAD_FD, names[tid])
                if None in shared:
                    self._drop_repeated(known, pid)

    def _drop_repeated(self, known: int, pid: int) -> None:
        """Where the kernel does not compare tables, what stands in both is in one that is shared.

        An ordinary program with threads must not look as if each of them hid something.
        """
        seen = {(hit.target, hit.number, hit.node) for hit in self.hits[:known] if hit.pid == pid}
        new = [hit for hit in self.hits[known:] if (hit.target, hit.number, hit.node) not in seen]
        self.hits[known:] = new

    def _threads(self, base: str, task: Task) -> list[int]:
        # The folder of a main thread that has exited is refused on some kernels, even to its owner.
        if task.pid in self.denied and task.state != "Z":
            return []
        self.denied.discard(task.pid)
        try:
            names, own = os.listdir(f"{base}/task"), str(task.pid)
        except FileNotFoundError:
            return []  # it ended while we looked
        except OSError:
            self.denied.add(task.pid)
            return []
        return [int(name) for name in names if name != own]

    def _table(
        self, path: str, pid: int, task: int, via: Via, names: list[str] | None = None
    ) -> None:
        """One table of descriptors: all of it, or the names that are given."""
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, ProcessLookupError):
            return  # it ended while we looked
        except OSError:
            self.denied.add(pid)
            return
        try:
            self._entries(path, folder, names or os.listdir(folder), (pid, task), via)
        except (FileNotFoundError, ProcessLookupError):
            return
        except PermissionError:
            self.denied.add(pid)
        finally:
            os.close(folder)

    def _entries(
        self, path: str, folder: int, names: list[str], owner: tuple[int, int], via: Via
    ) -> None:
        pid, task = owner
        kernel, targets, shared = self.kernel, self.targets, self._shared
        mode, words, inode = kernel.statx16, kernel.statx32, kernel.statx64
        statx, (flags, mask, buffer) = kernel.statx, kernel.how  # by name: this is the inner loop
        sockets: list[str] = []
        for name in names:
            if statx(folder, name.encode(), flags, mask, buffer):
                if _is_refused(folder, name):
                    self.denied.add(pid)
                    return
                continue
            kind = mode[14] & 0o170000
            if kind == stat.S_IFCHR:
                target = targets.get((words[32], words[33]))
                if target:
                    self._descriptor(path, name, target, owner, via)
            elif kind == stat.S_IFSOCK:
                sockets.append(name)
            elif not kind and (words[34], words[35], inode[4]) != shared:
                self._anonymous(path, name, pid, task)
        if sockets:
            self.sockets.append((pid, path, sockets))

    def _descriptor(
        self, path: str, name: str, target: Target, owner: tuple[int, int], via: Via
    ) -> None:
        file = (self.kernel.statx32[34], self.kernel.statx32[35]), self.kernel.statx64[4]
        info = read_optional(f"{path}info/{name}")
        flags = re.search(r"^flags:\s*([0-7]+)", info or "", re.MULTILINE)
        opened = int(flags[1], 8) if flags else None
        if opened is not None and opened & _O_PATH:
            return  # a name for the node, not an opening of the device (open(2))
        # The very file that we know, whatever it is called from inside a chroot or a bind mount.
        own = self._inodes.get(file) == target
        node = target.path if own else name_inside(f"{path}/{name}", path.removesuffix("fd"))
        self.hits.append(
            Hit(
                target,
                owner[0],
                owner[1],
                Via.USBFS if target.kind is NodeKind.USB else via,
                node,
                number=int(name),
                access=None if opened is None else _ACCESS.get(opened & 3),
                foreign=not own and target in self._inodes.values(),
                info=info or "",
            )
        )

    def _anonymous(self, path: str, name: str, pid: int, task: int) -> None:
        """Rings and buffers: files without a name that can hold a camera."""
        device, inode = (self.kernel.statx32[34], self.kernel.statx32[35]), self.kernel.statx64[4]
        try:
            link = os.readlink(f"{path}/{name}")
        except FileNotFoundError:
            return  # it was closed while we looked; the others are still of interest
        if link.startswith("anon_inode:[io_uring]"):
            self._ring(path, name, pid, task)
        elif link.startswith("/dmabuf:"):
            self.buffer_device = device
            info = read_optional(f"{path}info/{name}") or ""
            exporter = re.search(r"^exp_name:\s*(\S+)", info, re.MULTILINE)
            if exporter and exporter[1].startswith(_VB2):
                self.buffers.append(Buffer(pid, inode, exporter[1]))

    def _ring(self, path: str, name: str, pid: int, task: int) -> None:
        """Files registered with a ring stay open without a descriptor (io_uring_register(2)).

        The kernel gives their last name only (the full path since 6.14), so this is matched by
        name: a node with another name is left to the driver's reference count.
        """
        try:
            info = read_text(f"{path}info/{name}")
        except (FileNotFoundError, ProcessLookupError):
            return  # closed while we looked: no reason to call the process uninspectable
        except OSError:
            self.denied.add(pid)
            return
        files = info.partition("UserFiles:")[2].partition("UserBufs:")[0]
        for registered in re.findall(_RING_FILE, files):
            target = self._registered(registered)
            if target:
                self.hits.append(Hit(target, pid, task, Via.IO_URING, registered))

    def _registered(self, name: str) -> Target | None:
        """The camera of a registered file. A path that is no device's is some other file."""
        target = self._names.get(os.path.basename(name))
        if target and name.startswith("/") and name != target.path and "/dev/" not in name:
            return None
        return target


def _is_refused(folder: int, name: str) -> bool:
    """Whether a descriptor that could not be looked at is there, and we may not."""
    try:
        os.readlink(name, dir_fd=folder)
    except PermissionError:
        return True
    except OSError:
        return False  # closed while we looked
    return False


def name_inside(link: str, base: str) -> str:
    """The name of a device file as the process knows it; ``base`` is the process's folder."""
    try:
        return without_root(os.readlink(link), base)
    except OSError:
        return "a device file whose name cannot be read"


def without_root(path: str, base: str) -> str:
    """A path as a process in a root directory of its own (chroot) knows it."""
    try:
        root = os.readlink(f"{base.rstrip('/')}/root").rstrip("/")
    except OSError:
        return path
    return path.removeprefix(root) if root and path.startswith(f"{root}/") else path


def device_files(
    targets: dict[tuple[int, int], Target],
) -> dict[tuple[tuple[int, int], int], Target]:
    """The nodes that we know, by device of their file system and inode."""
    known: dict[tuple[tuple[int, int], int], Target] = {}
    for number, target in targets.items():
        try:
            found = os.stat(target.path)
        except OSError:
            continue  # no node here, perhaps one elsewhere: the device number is what is matched
        if (os.major(found.st_rdev), os.minor(found.st_rdev)) == number:
            known[(os.major(found.st_dev), os.minor(found.st_dev)), found.st_ino] = target
    return known


def _shared_anonymous_inode() -> tuple[int, int, int]:
    """Device and inode that event, timer and poll descriptors share: nothing to look at there."""
    descriptor = os.eventfd(0, os.EFD_CLOEXEC)
    try:
        found = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    return os.major(found.st_dev), os.minor(found.st_dev), found.st_ino


def in_flight(sockets: list[tuple[int, str, list[str]]]) -> dict[int, int]:
    """How many descriptors wait, received by nobody, in the sockets of which process (unix(7))."""
    waiting: dict[int, int] = {}
    for pid, path, names in sockets:
        for name in names:
            info = read_optional(f"{path}info/{name}")
            found = re.search(r"^scm_fds:\s*([1-9]\d*)", info or "", re.MULTILINE)
            if found:
                waiting[pid] = waiting.get(pid, 0) + int(found[1])
    return waiting
