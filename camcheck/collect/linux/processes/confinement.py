"""Whether a process sees device files of its own, and who keeps it apart.

What counts is what it takes: another /dev (a mount namespace or a root directory of its own) and a
container engine among the parents. The name of a control group counts for nothing here, because a
user chooses it. Sources: mount_namespaces(7), chroot(2), proc_pid_root(5).
"""

import os
import re

from camcheck.collect.linux.processes.table import ProcessTable, Task

_DEV = "/dev"
_ENGINE = (
    r"(balena-|docker-|k3s-)?(engine-)?containerd-shim.*|balena-engine.*|balenad|conmon(rs)?"
    r"|systemd-nspawn|lxc-(start|execute)|\[lxc monitor\]|lxd|incusd?|runc|crun|runsc|dockerd?|k3s"
    r"|nomad|bwrap|firejail|schroot|starter(-suid)?"
)
"""Programs that start containers and chroots and stay among their parents."""


def has_own_dev(base: str) -> bool:
    """Whether /dev is another folder for the process than for camcheck. Raises OSError.

    ``base`` is its folder in /proc. One without any /dev has none of its own.
    """
    try:
        return not os.path.samefile(f"{base}/root{_DEV}", _DEV)
    except (FileNotFoundError, NotADirectoryError):
        return False


def supervisor_of(table: ProcessTable, task: Task) -> str | None:
    """The path of the container engine's program among the parents; None when there is none.

    It counts only when its file belongs to root and only root may change it.
    """
    for parent in table.ancestors(task):
        exe = f"{table.roots.proc}/{parent.pid}/exe"
        try:
            path = os.readlink(exe)
            file = os.stat(exe)
        except OSError:
            continue  # not ours to look at, or it has ended: it vouches for nobody
        known = re.fullmatch(_ENGINE, os.path.basename(path))
        if known and file.st_uid == 0 and not file.st_mode & 0o022:
            return path
    return None
